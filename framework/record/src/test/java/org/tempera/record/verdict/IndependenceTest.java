package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;
import org.testng.annotations.Test;

public class IndependenceTest {
    private static final List<String> HELD_OUT = List.of("encoder", "data", "free");

    @Test
    public void whatReadsTheSameWeightsOrDataIsDependent() {
        List<Independence> all = Independence.of(samples(), HELD_OUT, Optional.of(ruler(false)));
        assertThat(all).extracting(Independence::isDependent).containsExactly(true, true, false);
        assertThat(all.get(0).sharedFiles()).containsExactly("rewards.trained.clip/model.safetensors");
        assertThat(all.get(1).sharedData()).containsExactly("trained");
        assertThat(all).extracting(Independence::weight).startsWith(0.0, 0.0);
        assertThat(Independence.notes(all, false))
                .containsExactly(
                        "Held out, but not independent of the training reward: encoder (the same weights,"
                                + " rewards.trained.clip/model.safetensors). As long as such a score does not fall, it says"
                                + " nothing.",
                        "Held out, but not independent of the training reward: data (the same data as trained). As long as"
                                + " such a score does not fall, it says nothing.");
    }

    /** The settings and the tokenizer of all CLIPs are the same. */
    @Test
    public void aSharedVocabularyIsNoDependence() {
        assertThat(Independence.of(samples(), List.of("free"), Optional.of(ruler(false))))
                .singleElement()
                .satisfies(i -> assertThat(i.sharedFiles()).isEmpty());
    }

    @Test
    public void nothingIsKnownOfFilesWithoutARuler() {
        assertThat(Independence.of(samples(), HELD_OUT, Optional.empty()))
                .noneMatch(Independence::isDependent)
                .allMatch(i -> i.correlation().isPresent());
    }

    /** Prompts differ by far more than their samples, and what orders these is the opposite. */
    @Test
    public void theCorrelationIsThatWithinPrompts() {
        Independence free =
                Independence.of(samples(), List.of("free"), Optional.empty()).get(0);
        assertThat(free.correlation()).hasValue(-1);
        assertThat(free.weight()).as("a judge of another mind counts in full").isEqualTo(1);
        List<Sample> single = samples().stream()
                .map(s -> new Sample(s.epoch(), s.phase(), s.index(), s.prompt() + s.index(), 1, s.rewards()))
                .toList();
        Independence across =
                Independence.of(single, List.of("free"), Optional.empty()).get(0);
        assertThat(across.correlation().orElseThrow()).isCloseTo(0.888, within(0.001));
        assertThat(across.weight()).isCloseTo(1 - across.correlation().orElseThrow(), within(1e-12));
        assertThat(Independence.of(samples().subList(0, 7), List.of("free"), Optional.empty())
                        .get(0)
                        .correlation())
                .as("of few pairs nothing is said")
                .isEmpty();
    }

    @Test
    public void theScoreIsWeighedWhereTheRulerSaysSo() {
        assertThat(Independence.weighs(Optional.of(ruler(false)))).isFalse();
        assertThat(Independence.weighs(Optional.of(ruler(true)))).isTrue();
        assertThat(Independence.weighs(Optional.empty())).isFalse();
        List<Independence> all = Independence.of(samples(), HELD_OUT, Optional.of(ruler(true)));
        Evaluations equal = Evaluations.of(samples(), ScoreNames.TRAINING, HELD_OUT, List.of(), Optional.empty());
        Evaluations alone =
                Evaluations.of(samples(), ScoreNames.TRAINING, List.of("free"), List.of(), Optional.empty());
        assertThat(scores(equal.weighedBy(Independence.weights(all)))).containsExactly(scores(alone), within(1e-12));
        assertThat(scores(equal.weighedBy(Map.of("encoder", 0.0, "data", 0.0, "free", 0.0))))
                .as("where none is independent all weigh the same")
                .containsExactly(scores(equal));
        assertThat(Independence.notes(all, true))
                .last()
                .isEqualTo("In the held-out score they weigh by independence: encoder 0.00, data 0.00, free 1.00.");
    }

    private static double[] scores(Evaluations evaluations) {
        return evaluations.heldOutScore().orElseThrow().scores().get(0);
    }

    private static Ruler ruler(boolean weighed) {
        Ruler.Builder ruler = new Ruler.Builder()
                .put(Ruler.ROLES, "rewards.trained.role", "train")
                .put(Ruler.ROLES, "rewards.free.role", "held-out")
                .put(Ruler.reward("trained"), "rewards.trained.clip/model.safetensors", Ruler.hash("aa"))
                .put(Ruler.reward("trained"), "rewards.trained.clip/vocab.json", Ruler.hash("bb"))
                .put(Ruler.reward("trained"), "rewards.trained.tokenizer", Ruler.hash("cc"))
                .put(Ruler.reward("trained"), "rewards.trained.head", Ruler.hash("dd"))
                .put(Ruler.reward("encoder"), "rewards.encoder: other-name.pt", Ruler.hash("aa"))
                .put(Ruler.reward("free"), "rewards.free.clip/vocab.json", Ruler.hash("bb"))
                .put(Ruler.reward("free"), "rewards.free.tokenizer", Ruler.hash("cc"))
                .put(
                        weighed ? Ruler.HELD_OUT_SCORE : Ruler.SHARED_DATA,
                        Independence.sharesKey("data"),
                        "other, trained");
        return weighed
                ? ruler.put(Ruler.HELD_OUT_SCORE, Independence.WEIGHTS, Independence.BY_INDEPENDENCE)
                        .build()
                : ruler.build();
    }

    /** Four prompts of three samples each. */
    private static List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int prompt = i / 3;
            samples.add(new Sample(
                    0,
                    Sample.Phase.EVALUATION,
                    i,
                    "prompt " + prompt,
                    1,
                    new TreeMap<>(Map.of(
                            ScoreNames.TRAINING,
                            10.0 * prompt + i % 3,
                            "free",
                            10.0 * prompt - i % 3,
                            "encoder",
                            (double) (i * i % 5),
                            "data",
                            (double) (i * 7 % 11)))));
        }
        return samples;
    }
}
