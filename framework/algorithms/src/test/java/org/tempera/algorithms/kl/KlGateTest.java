package org.tempera.algorithms.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;
import org.testng.annotations.Test;

public class KlGateTest {
    /** What GARDO's published code gives, in NumPy: src/test/python/make_gate_cases.py. */
    @Test
    public void holdsTheSamplesOfThePublishedCode() throws IOException, PlainJson.MalformedException {
        KlGate gate = gate(Disagreement.TRAINING_LOWER);
        for (String line : cases()) {
            String[] parts = line.split(";");
            KlGate.Epoch epoch = gate.take(table(numbers(parts[0]), numbers(parts[1]), numbers(parts[2])));
            assertThat((double) gate.state().get("share")).isCloseTo(Double.parseDouble(parts[3]), offset(1e-10));
            assertThat(epoch.disagreement()).isCloseTo(Double.parseDouble(parts[4]), offset(1e-10));
            int[] held = IntStream.range(0, epoch.weights().length)
                    .filter(i -> epoch.weights()[i] > 0)
                    .toArray();
            assertThat(held)
                    .containsExactly(Arrays.stream(parts[5].split(" "))
                            .mapToInt(Integer::parseInt)
                            .toArray());
            assertThat(Arrays.stream(epoch.weights()).average().orElseThrow()).isCloseTo(1, offset(1e-12));
            assertThat(epoch.held()).isEqualTo(held.length / 32.0);
            KlGate resumed = gate(Disagreement.TRAINING_LOWER);
            resumed.restore(PlainJson.readObject(PlainJson.pretty(gate.state())));
            assertThat(resumed.state()).isEqualTo(gate.state());
            gate = resumed;
        }
    }

    @Test
    public void holdsWhatTheTrainingRewardAloneThinksHighlyOf() {
        float[] training = {9, 1, 2, 3, 4};
        float[] other = {0, 1, 2, 3, 4};
        assertThat(gate(Disagreement.TRAINING_HIGHER)
                        .take(table(training, other, other))
                        .weights())
                .containsExactly(5, 0, 0, 0, 0);
        assertThat(gate(Disagreement.TRAINING_LOWER)
                        .take(table(other, training, training))
                        .weights())
                .containsExactly(5, 0, 0, 0, 0);
    }

    @Test
    public void aSampleThatIsSkippedIsComparedWithNone() {
        float[] training = {9, 8, 1, 2, 3};
        float[] other = {0, 0.5f, 1, 2, 3};
        RewardTable table = new RewardTable(training, Map.of())
                .withConstraints(Map.of("b", other))
                .withLogged(Map.of("a", other))
                .withSkipped(new boolean[] {true, false, false, false, false});
        assertThat(gate(Disagreement.TRAINING_HIGHER).take(table).weights()).containsExactly(0, 4, 0, 0, 0);
    }

    @Test
    public void equalRewardsRankAlikeSoThatAllAgreeAndNobodyIsHeld() {
        KlGate.Epoch epoch = gate(Disagreement.TRAINING_HIGHER).take(table(new float[4], new float[4], new float[4]));
        assertThat(epoch.weights()).containsOnly(0);
        assertThat(epoch.held()).isZero();
        assertThat(epoch.disagreement()).isZero();
    }

    /** A third of a rank is not exact: rounding must hold nobody, and leave nobody out. */
    @Test
    public void threeRewardsThatAgreeHoldNobody() {
        for (Disagreement on : Disagreement.values()) {
            for (int samples = 1; samples <= 64; samples++) {
                float[] scores = new float[samples];
                for (int i = 0; i < samples; i++) {
                    scores[i] = i;
                }
                KlGate.Epoch epoch = gate(on, "a", "b", "main").take(table(scores, scores, scores));
                assertThat(epoch.weights()).hasSize(samples).containsOnly(0);
                assertThat(epoch.disagreement()).isZero();
            }
        }
    }

    @Test
    public void anEpochWithoutAScoreHoldsNobodyAndChangesNothing() {
        KlGate gate = gate(Disagreement.TRAINING_HIGHER);
        Map<String, Object> before = gate.state();
        float[] none = new float[2];
        RewardTable table = new RewardTable(none, Map.of())
                .withConstraints(Map.of("b", none))
                .withLogged(Map.of("a", none))
                .withSkipped(new boolean[] {true, true});
        assertThat(gate.take(table).weights()).containsExactly(0, 0);
        assertThat(gate.state()).isEqualTo(before);
    }

    @Test
    public void theTrainingRewardIsNotComparedWithItself() {
        KlGate gate = gate(Disagreement.TRAINING_HIGHER, "main");
        assertThatThrownBy(() ->
                        gate.check(new RewardNames(List.of("main"), List.of("jpeg"), List.of("a")), "algorithm.ddpo"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        "algorithm.ddpo.kl-gate.against: expected rewards that are not trained on alone, one of"
                                + " [jpeg, a], found 'main'");
        gate.check(new RewardNames(List.of("main", "second"), List.of(), List.of()), "algorithm.ddpo");
    }

    @Test
    public void aRewardThatIsNotThereIsRefusedByName() {
        assertThatThrownBy(() -> gate(Disagreement.TRAINING_HIGHER)
                        .check(new RewardNames(List.of("main"), List.of("jpeg"), List.of("a")), "algorithm.ddpo"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        "algorithm.ddpo.kl-gate.against: expected rewards that are not trained on alone, one of"
                                + " [jpeg, a], found 'b'")
                .hasMessageContaining("no algorithm sees its scores: with role = logged it is shown");
    }

    @Test
    public void damagedStateIsRefused() {
        assertThatThrownBy(() ->
                        gate(Disagreement.TRAINING_HIGHER).restore(Map.of("share", 0.0, "disagreements", List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share");
    }

    private static KlGate gate(Disagreement on) {
        return gate(on, "a", "b");
    }

    private static KlGate gate(Disagreement on, String... against) {
        KlGateConfig none = KlGateConfig.none();
        return new KlGate(
                new KlGateConfig(List.of(against), on, none.share(), none.smallestShare(), none.largestShare()));
    }

    private static RewardTable table(float[] training, float[] a, float[] b) {
        return new RewardTable(training, Map.of("main", training))
                .withConstraints(Map.of("b", b))
                .withLogged(Map.of("a", a));
    }

    private static float[] numbers(String text) {
        String[] parts = text.split(" ");
        float[] numbers = new float[parts.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat(parts[i]);
        }
        return numbers;
    }

    private static List<String> cases() throws IOException {
        try (InputStream in = Objects.requireNonNull(KlGateTest.class.getResourceAsStream("gate.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
