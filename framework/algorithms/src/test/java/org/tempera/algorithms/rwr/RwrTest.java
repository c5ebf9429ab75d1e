package org.tempera.algorithms.rwr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.rwr.RwrWeights.Weighting;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.testng.annotations.Test;

public class RwrTest {
    private static final List<String> PROMPTS = List.of("cat", "dog", "cat", "dog", "cat");
    private static final double[] REWARDS = {1, 2, 3, 2, 3};
    private static final boolean[] NONE = new boolean[5];

    @Test
    public void weightsAreASoftmaxOfMeanOne() {
        double[] e = {Math.exp(0.5), Math.exp(1), Math.exp(1.5), Math.exp(1), Math.exp(1.5)};
        double sum = Arrays.stream(e).sum();
        assertThat(RwrWeights.compute(PROMPTS, REWARDS, NONE, Weighting.EPOCH, 2))
                .containsExactly(Arrays.stream(e).map(x -> 5 * x / sum).toArray(), within(1e-12));
    }

    @Test
    public void aPromptsSamplesShareWhatTheyAreMany() {
        double cats = Math.exp(1) + 2 * Math.exp(3);
        assertThat(RwrWeights.compute(PROMPTS, REWARDS, NONE, Weighting.PROMPT, 1))
                .containsExactly(
                        new double[] {3 * Math.exp(1) / cats, 1, 3 * Math.exp(3) / cats, 1, 3 * Math.exp(3) / cats},
                        within(1e-12));
        assertThat(RwrWeights.compute(PROMPTS, REWARDS, NONE, Weighting.BEST, 1))
                .containsExactly(0, 1, 1.5, 1, 1.5);
    }

    @Test
    public void largeRewardsDoNotOverflow() {
        double[] weights =
                RwrWeights.compute(PROMPTS, new double[] {-1e6, 0, 1e6, 0, -1e6}, NONE, Weighting.EPOCH, 1e-3);
        assertThat(weights).containsExactly(0, 0, 5, 0, 0);
        assertThat(RwrWeights.effectiveShare(weights, NONE)).isCloseTo(0.2, within(1e-12));
    }

    /** The stand-in for a skipped sample's reward, 3, would be the best of the cats. */
    @Test
    public void aSkippedSampleSharesInNothing() {
        double[] rewards = {1, 2, 3, 4, 2};
        boolean[] skipped = {false, false, true, false, false};
        double cats = Math.exp(1) + Math.exp(2);
        double dogs = Math.exp(2) + Math.exp(4);
        assertThat(RwrWeights.compute(PROMPTS, rewards, skipped, Weighting.BEST, 1))
                .containsExactly(0, 0, 0, 2, 2);
        assertThat(RwrWeights.compute(PROMPTS, rewards, skipped, Weighting.PROMPT, 1))
                .containsExactly(
                        new double[] {
                            2 * Math.exp(1) / cats,
                            2 * Math.exp(2) / dogs,
                            0,
                            2 * Math.exp(4) / dogs,
                            2 * Math.exp(2) / cats
                        },
                        within(1e-12));
        double[] epoch = RwrWeights.compute(PROMPTS, rewards, skipped, Weighting.EPOCH, 1);
        assertThat(epoch[2]).isZero();
        assertThat(Arrays.stream(epoch).sum()).isCloseTo(4, within(1e-12));
        assertThat(RwrWeights.effectiveShare(new double[] {1, 1, 0, 1, 1}, skipped))
                .isEqualTo(1);
    }

    @Test
    public void equalRewardsTeachNothingWhoeverIsSkipped() {
        Rwr rwr = new Rwr(RwrConfig.defaults());
        float[] equal = {2, 2, 2, 2, 2};
        RewardTable rewards =
                new RewardTable(equal, Map.of("r", equal)).withSkipped(new boolean[] {false, true, false, false, true});
        Targets targets = rwr.prepare(epoch(), rewards);
        assertThat(targets.metrics()).containsEntry("train/effective_share", 1.0);
        assertThat(rwr.hasNothingToLearn(targets)).isTrue();
    }

    @Test
    public void equalRewardsTeachNothing() {
        Rwr rwr = new Rwr(RwrConfig.defaults());
        assertThat(rwr.hasNothingToLearn(prepare(rwr, new float[5]))).isTrue();
        assertThat(rwr.hasNothingToLearn(prepare(rwr, new float[] {0, 0, 1, 0, 0})))
                .isFalse();
    }

    @Test
    public void groupsOfOneAreRefused() {
        Rwr rwr = new Rwr(
                new RwrConfig(new UpdateConfig(8, 1, 1), Weighting.PROMPT, 1, none(), true, DistanceConfig.none()));
        assertThatThrownBy(() -> rwr.check(new EpochShape(16, 10, 1)))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "sampling.samples-per-prompt: weights among the samples of one prompt need at least 2 of them,"
                                + " found 1; draw more, or set algorithm.rwr.weighting = epoch");
        rwr.check(new EpochShape(16, 10, 2));
    }

    private static Targets prepare(Rwr rwr, float[] rewards) {
        return rwr.prepare(epoch(), new RewardTable(rewards, Map.of("r", rewards)));
    }

    private static EpochColumns epoch() {
        return new EpochColumns(PROMPTS, new float[] {1, 0}, 1, Map.of());
    }

    private static NormalisationConfig none() {
        return new NormalisationConfig(RewardNormalisation.Kind.NONE, 1, 1, 0);
    }
}
