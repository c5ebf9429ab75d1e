package org.tempera.algorithms.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.tempera.algorithms.stats.GroupAdvantages.Combine;
import org.tempera.algorithms.stats.GroupAdvantages.Deviation;
import org.tempera.algorithms.stats.GroupAdvantages.Scale;
import org.tempera.spi.algorithm.RewardTable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class GroupAdvantagesTest {
    private static final Offset<Double> CLOSE = within(1e-12);
    /** The cats' mean is 2, the dogs' 5; the groups are scattered. */
    private static final List<String> PROMPTS = List.of("cat", "dog", "cat", "dog", "cat");

    private static final double[] REWARDS = {1, 4, 2, 6, 3};

    @Test
    public void theMeanIsTheGroupsAndTheDeviationWhoseIsAsked() {
        assertThat(compute(Scale.NONE, Deviation.POPULATION)).containsExactly(-1, -1, 0, 1, 1);
        double cats = Math.sqrt(2 / 3d);
        assertThat(compute(Scale.GROUP, Deviation.POPULATION))
                .containsExactly(new double[] {-1 / cats, -1, 0, 1, 1 / cats}, CLOSE);
        double dogs = Math.sqrt(2);
        assertThat(compute(Scale.GROUP, Deviation.SAMPLE))
                .containsExactly(new double[] {-1, -1 / dogs, 0, 1 / dogs, 1}, CLOSE);
        // The squares' sum around 3.2 is 14.8.
        double epoch = Math.sqrt(14.8 / 4);
        assertThat(compute(Scale.EPOCH, Deviation.SAMPLE))
                .containsExactly(new double[] {-1 / epoch, -1 / epoch, 0, 1 / epoch, 1 / epoch}, CLOSE);
    }

    @Test
    public void rewardsOfDifferentSizeDrownEachOtherUnlessEachIsNormalised() {
        double[] large = {300, 100, 200, 300, 100};
        double[][] both = {REWARDS, large};
        double[] weights = {1, 1};
        double[] summed = advantages(Combine.REWARDS, Scale.GROUP, false).compute(PROMPTS, both, weights);
        double[] apart = advantages(Combine.ADVANTAGES, Scale.GROUP, false).compute(PROMPTS, both, weights);
        // Among cats the rewards say the opposite of each other.
        assertThat(summed[0]).isGreaterThan(1);
        assertThat(apart[0]).isCloseTo(0, CLOSE);
        assertThat(apart[3]).isCloseTo(2, CLOSE);
        double[] whitened =
                advantages(Combine.ADVANTAGES, Scale.GROUP, true).compute(PROMPTS, both, new double[] {3, 1});
        assertThat(Arrays.stream(whitened).sum()).isCloseTo(0, CLOSE);
        assertThat(Arrays.stream(whitened).map(a -> a * a).sum()).isCloseTo(5, CLOSE);
    }

    @DataProvider
    Object[][] scales() {
        return new Object[][] {{Scale.GROUP}, {Scale.EPOCH}, {Scale.NONE}};
    }

    /** Without an epsilon too: nothing is divided by nothing. */
    @Test(dataProvider = "scales")
    public void equalRewardsAndGroupsOfOneHaveNoAdvantage(Scale scale) {
        GroupAdvantages advantages =
                new GroupAdvantages(Combine.REWARDS, scale, Deviation.SAMPLE, 0, scale != Scale.NONE, 0);
        double[][] equal = {{0.1, 0.1, 0.1, 0.1, 0.1}};
        assertThat(advantages.compute(PROMPTS, equal, new double[] {3})).containsOnly(0);
        assertThat(advantages.compute(List.of("cat", "dog"), new double[][] {{1, 7}}, new double[] {1}))
                .containsOnly(0);
        assertThat(advantages.compute(List.of("cat"), new double[][] {{1}}, new double[] {1}))
                .containsExactly(0);
    }

    /** The mean that stands in for a score that is missing would narrow the deviation. */
    @Test
    public void samplesWithoutAScoreAreComparedWithNone() {
        float[] rewards = {1, 5, 3, 7, 2};
        boolean[] skipped = {false, false, false, false, true};
        RewardTable table = new RewardTable(rewards, Map.of("r", rewards)).withSkipped(skipped);
        for (Combine combine : Combine.values()) {
            assertThat(advantages(combine, Scale.GROUP, false).of(PROMPTS, table))
                    .containsExactly(-1, -1, 1, 1, 0);
        }
    }

    @Test
    public void theLimitComesLast() {
        GroupAdvantages limited = new GroupAdvantages(Combine.REWARDS, Scale.NONE, Deviation.SAMPLE, 0, false, 0.5);
        assertThat(limited.compute(PROMPTS, new double[][] {REWARDS}, new double[] {1}))
                .containsExactly(-0.5, -0.5, 0, 0.5, 0.5);
    }

    @Test
    public void whatDoesNotFitIsRefused() {
        GroupAdvantages a = advantages(Combine.REWARDS, Scale.GROUP, false);
        assertThatThrownBy(() -> a.compute(PROMPTS, new double[][] {{1, 2}}, new double[] {1}))
                .hasMessageContaining("rewards must hold 5 numbers, found 2");
        assertThatThrownBy(() -> a.compute(PROMPTS, new double[][] {REWARDS}, new double[] {1, 2}))
                .hasMessageContaining("weights must hold 1 numbers, found 2");
        assertThatThrownBy(() -> Scale.parse("global")).hasMessageContaining("expected group, epoch or none");
    }

    private static double[] compute(Scale scale, Deviation deviation) {
        return new GroupAdvantages(Combine.REWARDS, scale, deviation, 0, false, 0)
                .compute(PROMPTS, new double[][] {REWARDS}, new double[] {1});
    }

    private static GroupAdvantages advantages(Combine combine, Scale scale, boolean whiten) {
        return new GroupAdvantages(combine, scale, Deviation.POPULATION, 0, whiten, 0);
    }
}
