package org.tempera.algorithms.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.algorithms.loss.SurrogateKind;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.testng.annotations.Test;

public class GrpoTest {
    private static final List<String> PROMPTS = List.of("cat", "cat", "dog", "dog");

    @Test
    public void samplesOfOnePromptAreNeeded() {
        assertThatThrownBy(() -> new Grpo(GrpoConfig.defaults()).check(new EpochShape(16, 5, 1)))
                .isInstanceOf(UserException.class)
                .hasMessage("sampling.samples-per-prompt: expected 2 or more, for algorithm.grpo compares the"
                        + " samples of a prompt with each other, found 1");
        new Grpo(GrpoConfig.defaults()).check(new EpochShape(16, 5, 2));
    }

    @Test
    public void everyStepHasItsSamplesAdvantage() {
        Targets targets = prepare(new Grpo(GrpoConfig.defaults()), new RewardTable(new float[] {1, 3, 6, 4}, Map.of()));
        // Of the epoch: mean 3.5, deviation of 5/2, 1/2, 5/2, 1/2.
        float one = (float) (1 / (Math.sqrt(13 / 4d) + 1e-4));
        assertThat(column(targets)[0]).containsExactly(new float[] {-one, -one}, within(1e-6f));
        assertThat(column(targets)[2]).containsExactly(new float[] {one, one}, within(1e-6f));
    }

    /** The weights are those of the config; what the rewards are combined to plays no part. */
    @Test
    public void rewardsMayBeComparedOneByOne() {
        Map<String, float[]> trained = new LinkedHashMap<>();
        trained.put("a", new float[] {1, 3, 0, 0});
        trained.put("b", new float[] {10, 0, 2, 4});
        Targets targets = prepare(
                new Grpo(GrpoConfigs.ofSingleRewards()),
                new RewardTable(new float[4], trained).withWeights(Map.of("a", 1.0, "b", 0.5)));
        float[][] advantages = column(targets);
        float[] expected = {1.5f, -1.5f, -0.5f, 0.5f};
        for (int i = 0; i < expected.length; i++) {
            assertThat(advantages[i]).containsOnly(expected[i]);
        }
    }

    @Test
    public void rewardsThatAreComparedOneByOneAreNotCombinedBefore() {
        assertThat(new Grpo(GrpoConfig.defaults()).needs()).isEmpty();
        assertThat(new Grpo(GrpoConfigs.ofSingleRewards()).needs()).containsExactly(Need.SEPARATE_REWARDS);
    }

    @Test
    public void equalRewardsTeachNothingWithoutAReference() {
        Grpo grpo = new Grpo(GrpoConfig.defaults());
        RewardTable equal = new RewardTable(new float[] {2, 2, 7, 7}, Map.of());
        assertThat(grpo.hasNothingToLearn(prepare(grpo, equal))).isTrue();
        assertThat(grpo.hasNothingToLearn(prepare(grpo, new RewardTable(new float[] {2, 3, 7, 7}, Map.of()))))
                .isFalse();
    }

    @Test
    public void onlySurrogatesThatReadTheMeanHaveItKept() {
        assertThat(new Grpo(GrpoConfigs.with(SurrogateKind.CLIPPED)).columns()).containsExactly(RolloutColumn.LOG_PROB);
        for (SurrogateKind kind : List.of(SurrogateKind.GUARD, SurrogateKind.TRUST_REGION)) {
            assertThat(new Grpo(GrpoConfigs.with(kind)).columns())
                    .containsExactly(RolloutColumn.LOG_PROB, RolloutColumn.MEAN);
        }
    }

    private static Targets prepare(Grpo grpo, RewardTable rewards) {
        return grpo.prepare(new EpochColumns(PROMPTS, new float[] {40, 0}, 4, Map.of()), rewards);
    }

    private static float[][] column(Targets targets) {
        return targets.columns().getOrDefault(Targets.ADVANTAGE, new float[0][]);
    }
}
