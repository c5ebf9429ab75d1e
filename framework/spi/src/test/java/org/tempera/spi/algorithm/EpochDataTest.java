package org.tempera.spi.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.HostTensor;
import org.testng.annotations.Test;

/** The records that an epoch's samples, scores and targets travel in. */
public class EpochDataTest {
    private static Rollout rollout() {
        HostTensor numbers = HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        return new Rollout(
                List.of("cat", "dog"),
                new float[] {9, 6, 3},
                List.of(0, 2),
                HostTensor.of(new float[2 * 4 * 2 * 2], 2, 4, 2, 2, 1),
                Map.of(Rollout.LOG_PROB, numbers, Rollout.MEAN, HostTensor.of(new float[24], 2, 3, 2, 2, 1)),
                Optional.empty());
    }

    @Test
    public void epochColumnsAreTheNumbersOfARollout() {
        Rollout rollout = rollout();
        EpochColumns epoch = rollout.epochColumns();
        assertThat(epoch.samples()).isEqualTo(2);
        assertThat(epoch.steps()).isEqualTo(3);
        assertThat(epoch.stochasticSteps()).containsExactly(0, 2);
        assertThat(epoch.latentSize()).isEqualTo(4);
        assertThat(epoch.columns()).containsOnlyKeys(Rollout.LOG_PROB);
        assertThat(epoch.column(Rollout.LOG_PROB)).isDeepEqualTo(new float[][] {{1, 2, 3}, {4, 5, 6}});
        epoch.column(Rollout.LOG_PROB)[0][0] = -1;
        assertThat(rollout.columns().get(Rollout.LOG_PROB).get(0)).isEqualTo(1);
        assertThatThrownBy(() -> epoch.column(Rollout.MEAN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the epoch has no column 'mean', only [log_prob]");
    }

    @Test
    public void aColumnIsZeroWhereAllItsNumbersAre() {
        Targets targets = new Targets(
                Map.of(
                        "zero",
                        new float[][] {{0, -0f}, {0, 0}},
                        "one",
                        new float[][] {{0, 0}, {0, 1}},
                        "nan",
                        new float[][] {{Float.NaN}}),
                Map.of());
        assertThat(targets.isZero("zero")).isTrue();
        assertThat(targets.isZero("one")).isFalse();
        assertThat(targets.isZero("nan")).isFalse();
        assertThat(targets.isZero("gone")).isFalse();
    }

    @Test
    public void minibatchesAreEqualByWhatTheyHold() {
        Minibatch one = new Minibatch(new int[] {1, 2}, new int[] {0, 3}, true);
        assertThat(one)
                .isEqualTo(new Minibatch(new int[] {1, 2}, new int[] {0, 3}, true))
                .hasSameHashCodeAs(new Minibatch(new int[] {1, 2}, new int[] {0, 3}, true))
                .isNotEqualTo(new Minibatch(new int[] {1, 2}, new int[] {0, 3}, false))
                .isNotEqualTo(new Minibatch(new int[] {1, 2}, new int[] {0, 2}, true));
        assertThatThrownBy(() -> new Minibatch(new int[2], new int[3], true))
                .hasMessage("samples and steps must be equally many, found 2 and 3");
    }

    @Test
    public void aRewardTableHasNoConstraintsWhereNoneAreGiven() {
        RewardTable table = new RewardTable(new float[] {1}, Map.of("aesthetic", new float[] {1}));
        assertThat(table.constraints()).isEmpty();
        assertThat(table.trained()).containsOnlyKeys("aesthetic");
    }
}
