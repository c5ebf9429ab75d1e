package org.tempera.algorithms.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tempera.algorithms.stats.RewardPairs.Pair;
import org.tempera.algorithms.stats.RewardPairs.Rule;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Targets;
import org.testng.annotations.Test;

public class RewardPairsTest {
    private static final List<String> PROMPTS = List.of("cat", "cat", "dog", "dog", "cat", "dog", "cat", "bird");
    private static final float[] REWARDS = {3, 1, 5, 5, 2, 5, 9, 1};

    private static RewardPairs pairs(Rule rule, Integer... skipped) {
        boolean[] flags = new boolean[8];
        for (int i : skipped) {
            flags[i] = true;
        }
        return RewardPairs.of(PROMPTS, REWARDS, flags, rule);
    }

    @Test
    public void theBestAndTheWorstOfAPromptMakeAPairUnlessAllAreEqual() {
        RewardPairs pairs = pairs(Rule.BEST_AND_WORST);
        assertThat(pairs.decided()).containsExactly(new Pair(6, 1));
        assertThat(pairs.ties()).as("dogs").isEqualTo(1);
        Targets targets = pairs.targets();
        assertThat(targets.columns().get(RewardPairs.PREFERENCE))
                .isDeepEqualTo(new float[][] {{0}, {-1}, {0}, {0}, {0}, {0}, {1}, {0}});
        assertThat(targets.metrics()).containsEntry(RewardPairs.TIED_SHARE, 0.5);
    }

    @Test
    public void neighboursMakePairsInTheOrderTheyWereDrawn() {
        RewardPairs pairs = pairs(Rule.NEIGHBOURS);
        // Cats 0 and 1, 4 and 6; dogs 2 and 3 are a tie, and 5 is alone, as the bird is.
        assertThat(pairs.decided()).containsExactly(new Pair(0, 1), new Pair(6, 4));
        assertThat(pairs.ties()).isEqualTo(1);
    }

    @Test
    public void aSampleWithoutAScoreIsInNoPair() {
        assertThat(pairs(Rule.BEST_AND_WORST, 6).decided()).containsExactly(new Pair(0, 1));
        assertThat(pairs(Rule.NEIGHBOURS, 1).decided())
                .as("the next one takes its place")
                .containsExactly(new Pair(0, 4));
        RewardPairs none = pairs(Rule.BEST_AND_WORST, 0, 1, 4, 6, 2, 3, 5);
        assertThat(none.decided()).isEmpty();
        assertThat(none.ties()).isZero();
        assertThat(none.targets().metrics()).isEmpty();
        assertThat(none.targets().isZero(RewardPairs.PREFERENCE)).isTrue();
        assertThat(none.plan(new UpdateConfig(4, 1, 1), List.of(0), 1, 3)).isEmpty();
    }

    @Test
    public void microBatchesAreWholePairsAtOneStepFilledUpBySamplesOfNone() {
        // Pairs 0-1 and 6-4 of eight samples: a micro-batch of three pairs has one of no preference.
        RewardPairs pairs = pairs(Rule.NEIGHBOURS);
        List<Minibatch> plan = pairs.plan(new UpdateConfig(6, 2, 2), List.of(1, 4), 1, 3);
        assertThat(plan).hasSize(4);
        for (Minibatch m : plan) {
            List<List<Integer>> rows = new ArrayList<>();
            for (int i = 0; i < 6; i += 2) {
                rows.add(List.of(m.samples()[i], m.samples()[i + 1]));
                assertThat(m.steps()[i]).isEqualTo(m.steps()[i + 1]);
            }
            assertThat(rows).containsExactlyInAnyOrder(List.of(0, 1), List.of(6, 4), List.of(2, 3));
            assertThat(rows.get(2)).as("what fills up stands last").isEqualTo(List.of(2, 3));
        }
        for (int pass = 0; pass < 2; pass++) {
            List<Minibatch> ofPass = plan.subList(2 * pass, 2 * pass + 2);
            for (int row = 0; row < 6; row++) {
                int at = row;
                assertThat(ofPass.stream().map(m -> m.steps()[at])).containsExactlyInAnyOrder(1, 4);
            }
        }
        assertThat(plan.stream().map(Minibatch::apply)).containsExactly(false, true, false, true);
        assertThat(pairs.plan(new UpdateConfig(6, 2, 2), List.of(1, 4), 1, 3)).isEqualTo(plan);
    }

    @Test
    public void everyDecidedPairIsVisitedOnceInAPass() {
        int n = 32;
        List<String> prompts = IntStream.range(0, n).mapToObj(i -> "p" + i / 4).toList();
        float[] rewards = new float[n];
        for (int i = 0; i < n; i++) {
            rewards[i] = i * 7 % 13;
        }
        RewardPairs pairs = RewardPairs.of(prompts, rewards, new boolean[n], Rule.BEST_AND_WORST);
        List<Minibatch> plan = pairs.plan(new UpdateConfig(8, 1, 1), List.of(0), 1, 9);
        List<Integer> rows =
                plan.stream().flatMap(m -> IntStream.of(m.samples()).boxed()).collect(Collectors.toList());
        assertThat(plan).hasSize(2);
        assertThat(rows).doesNotHaveDuplicates();
        pairs.decided().forEach(p -> assertThat(rows).containsSubsequence(p.chosen(), p.rejected()));
    }

    @Test
    public void whatMakesNoPairsIsRefusedByItsKey() {
        assertThatThrownBy(
                        () -> PairsConfig.check("algorithm.d3po", new UpdateConfig(8, 1, 1), new EpochShape(16, 5, 1)))
                .isInstanceOf(UserException.class)
                .hasMessage("sampling.samples-per-prompt: expected 2 or more, for algorithm.d3po learns from pairs of"
                        + " samples of one prompt, found 1");
        for (int rows : new int[] {5, 6}) {
            assertThatThrownBy(() ->
                            PairsConfig.check("algorithm.d3po", new UpdateConfig(rows, 1, 1), new EpochShape(16, 5, 4)))
                    .hasMessage("algorithm.d3po.batch-size: expected an even number, for pairs, that divides the 16"
                            + " samples of an epoch, found " + rows);
        }
    }

    @Test
    public void noMoreMicroBatchesRunSideBySideThanPairsFill() {
        EpochShape epoch = new EpochShape(64, 10, 4);
        assertThat(new PairsConfig(Rule.BEST_AND_WORST).accumulation(new UpdateConfig(8, 9, 1), epoch))
                .isEqualTo(4);
        assertThat(new PairsConfig(Rule.NEIGHBOURS).accumulation(new UpdateConfig(8, 9, 1), epoch))
                .isEqualTo(8);
        assertThat(new PairsConfig(Rule.BEST_AND_WORST).accumulation(new UpdateConfig(64, 2, 1), epoch))
                .isEqualTo(1);
    }
}
