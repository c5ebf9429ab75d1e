package org.tempera.algorithms.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.testng.annotations.Test;

public class RegulariserTest {
    private static final RewardTable NO_REWARD = new RewardTable(new float[2], Map.of("r", new float[2]));

    @Test
    public void aStepIsChargedWithItsPenaltyAndThoseAfterItLessTheMeanOfTheSamples() {
        Regulariser regulariser =
                new Regulariser(Optional.of(new KlTerm(KlPenalty.KL, 2, KlController.fixed(0.5))), Optional.empty());
        assertThat(regulariser.columns()).containsExactly(RolloutColumn.LOG_PROB, RolloutColumn.REFERENCE_LOG_PROB);
        Regulariser.Epoch epoch = regulariser.take(epoch(new float[][] {{4, 2, 8}, {2, 6, 0}}), NO_REWARD, 2);
        // Per number: 2 1 4 and 1 3 0; still to come 7 5 4 and 4 3 0; less the means 5.5 4 2.
        assertThat(epoch.charged(new double[][] {{1, 1, 1}, {0, 0, 0}}))
                .isDeepEqualTo(new double[][] {{-0.5, 0, -1}, {1.5, 1, 2}});
        assertThat(epoch.metrics()).isEqualTo(Map.of(Regulariser.KL_OF_SAMPLES, 5.5, Regulariser.KL_FACTOR, 1.0));
    }

    @Test
    public void withoutAPenaltyNothingIsChargedAndNoReferenceRead() {
        Regulariser regulariser = new Regulariser(Optional.empty(), Optional.empty());
        assertThat(regulariser.columns()).containsExactly(RolloutColumn.LOG_PROB);
        Regulariser.Epoch epoch = regulariser.take(epoch(new float[2][3]), NO_REWARD, 1);
        double[][] advantages = {{1, 1, 1}, {0, 0, 0}};
        assertThat(epoch.charged(advantages)).isSameAs(advantages);
        assertThat(epoch.columns()).isEmpty();
        assertThat(epoch.metrics()).isEmpty();
        assertThat(regulariser.state()).isEmpty();
    }

    /** From a factor of 0 the controller never comes away, and its pass through the reference is for nothing. */
    @Test
    public void aPenaltyThatChargesNothingIsRefused() {
        assertThatThrownBy(() -> new KlConfig(1, KlPenalty.CLIP, 0, Optional.of(5.0), 2000))
                .hasMessageContaining("initial")
                .hasMessageContaining("no penalty is coefficient = 0");
    }

    @Test
    public void goesOnFromItsState() {
        Regulariser first = adaptive();
        first.take(epoch(new float[][] {{4, 2, 8}, {2, 6, 0}}), NO_REWARD, 1);
        Regulariser second = adaptive();
        second.restore(first.state());
        assertThat(second.state())
                .isEqualTo(first.state())
                .isNotEqualTo(adaptive().state());
    }

    /** A divergence may be charged from some epoch on. */
    @Test
    public void whatIsSwitchedOnAtAResumeBeginsAnew() {
        Regulariser on = adaptive();
        on.restore(new Regulariser(Optional.empty(), Optional.empty()).state());
        assertThat(on.state()).isEqualTo(adaptive().state());
        on.restore(new Regulariser(Optional.of(new KlTerm(KlPenalty.KL, 2, KlController.fixed(0.5))), Optional.empty())
                .state());
        assertThat(on.state())
                .as("a target for the same penalty")
                .isEqualTo(adaptive().state());
    }

    private static Regulariser adaptive() {
        return new Regulariser(
                Optional.of(new KlTerm(KlPenalty.KL, 1, KlController.adaptive(0.2, 1, 10))),
                Optional.of(new KlGate(new KlGateConfig(List.of("r"), Disagreement.TRAINING_HIGHER, 0.1, 0.02, 0.2))));
    }

    private static EpochColumns epoch(float[][] logProb) {
        return new EpochColumns(
                List.of("a", "b"),
                new float[] {3, 2, 1},
                2,
                Map.of(Rollout.LOG_PROB, logProb, Rollout.REFERENCE_LOG_PROB, new float[2][3]));
    }
}
