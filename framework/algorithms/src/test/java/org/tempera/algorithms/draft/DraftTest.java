package org.tempera.algorithms.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.loss.GraphCheck;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.testng.annotations.Test;

public class DraftTest {
    private static final int STEPS = 10;

    private static Draft draft(int lastSteps, Truncation truncation) {
        return new Draft(new DraftConfig(
                new UpdateConfig(4, 2, 1),
                lastSteps,
                truncation,
                3,
                2,
                0,
                false,
                Optional.empty(),
                DistanceConfig.none()));
    }

    /** How many steps have a gradient, by micro-batch. */
    private static List<Integer> live(Truncation truncation, int lastSteps) {
        return draft(lastSteps, truncation).plan(new EpochShape(400, STEPS, 1), 5).stream()
                .map(m -> {
                    assertThat(IntStream.of(m.steps()).distinct().count())
                            .as("one draw for a micro-batch")
                            .isEqualTo(1);
                    return STEPS - m.steps()[0];
                })
                .toList();
    }

    @Test
    public void stepsAreDrawnWithinBounds() {
        assertThat(live(Truncation.FIXED, 6)).containsOnly(6);
        assertThat(new TreeSet<>(live(Truncation.UNIFORM, 6))).containsExactly(1, 2, 3, 4, 5, 6);
        List<Integer> normal = live(Truncation.NORMAL, 6);
        assertThat(new TreeSet<>(normal)).containsExactly(1, 2, 3, 4, 5, 6);
        // A normal variable of mean 3 rounded up is 3.5 on average; cut to 1 to 6 it stays near.
        assertThat(normal.stream().mapToInt(k -> k).average().orElseThrow()).isBetween(3.0, 4.0);
    }

    @Test
    public void everySampleComesOnce() {
        List<Minibatch> plan = draft(2, Truncation.UNIFORM).plan(new EpochShape(16, STEPS, 1), 5);
        assertThat(plan.stream().flatMapToInt(m -> IntStream.of(m.samples())).sorted())
                .containsExactly(IntStream.range(0, 16).boxed().toArray(Integer[]::new));
        assertThat(plan).extracting(Minibatch::apply).containsExactly(false, true, false, true);
    }

    @Test
    public void moreStepsThanThereAreAreRefused() {
        assertThatThrownBy(() -> draft(11, Truncation.FIXED).check(new EpochShape(16, STEPS, 1)))
                .isInstanceOf(UserException.class)
                .hasMessage("algorithm.draft.last-steps: expected at most sampling.steps = 10, found 11");
        assertThatThrownBy(() -> draft(2, Truncation.FIXED).check(new EpochShape(18, STEPS, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("choose a batch-size in the algorithm's block that divides 18");
    }

    /** A sample that has the margin is done: it gives no loss and no gradient. */
    @Test
    public void whatRewardsLackOfAMarginIsTheLoss() {
        Map<String, HostTensor> got = GraphCheck.run(
                Map.of("x", GraphCheck.rows(-1, 1.5, 2.5, 2)),
                (tf, in) -> Map.of("loss", DraftLoss.build(tf, List.of(in.get("x")), Optional.of(2.0))));
        assertThat(got.get("loss").scalarValue()).isEqualTo((3 + 0.5f) / 4);
        assertThat(got.get("gradient").data()).containsExactly(new float[] {-0.25f, -0.25f, 0, 0}, within(0f));
    }

    @Test
    public void drawsOfNoiseGoThroughTheLastStepAlone() {
        assertThatThrownBy(() -> new DraftConfig(
                        new UpdateConfig(4, 1, 1),
                        2,
                        Truncation.FIXED,
                        8,
                        5,
                        2,
                        false,
                        Optional.empty(),
                        DistanceConfig.none()))
                .hasMessage("draws must be 0 where last-steps is above 1 or truncation is not fixed, was 2");
        assertThatThrownBy(() -> new DraftConfig(
                        new UpdateConfig(4, 1, 1),
                        1,
                        Truncation.UNIFORM,
                        8,
                        5,
                        0,
                        false,
                        Optional.empty(),
                        DistanceConfig.none()))
                .hasMessage("last-steps must be at least 2 where truncation is not fixed, was 1");
        assertThatThrownBy(() -> new DraftConfig(
                        new UpdateConfig(4, 1, 1),
                        1,
                        Truncation.FIXED,
                        8,
                        5,
                        2,
                        true,
                        Optional.empty(),
                        DistanceConfig.none()))
                .hasMessage("draws must be 0 where estimate is true, was 2");
    }
}
