package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.SamplingSettings;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.policy.Weights;
import org.testng.annotations.Test;

/** Sampling without noise, which has no log-probabilities, is refused to those alone who learn from them. */
public class DeterministicSamplingTest {
    @Test
    public void logProbabilitiesNeedNoise() {
        for (RolloutColumn column : List.of(RolloutColumn.LOG_PROB, RolloutColumn.REFERENCE_LOG_PROB)) {
            assertThatThrownBy(() -> spec(new Climb(List.of(column))).check())
                    .isInstanceOf(UserException.class)
                    .hasMessage(
                            "sampling.eta: expected greater than 0 and at most 1, found 0.0: the algorithm learns from"
                                    + " log-probabilities, and steps without noise have none");
        }
    }

    @Test
    public void logProbabilitiesAreRefusedWhereverALossOrAColumnReadsThem() {
        RolloutColumn own = new RolloutColumn("own", step -> step.logProb(Weights.REFERENCE));
        for (Algorithm algorithm : List.of(new Climb(List.of(own)), new OfSteps())) {
            TrainingSpec spec = spec(algorithm);
            spec.check();
            assertThatThrownBy(() -> new Trainer(spec).close())
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("sampling.eta: expected greater than 0");
        }
    }

    @Test
    public void otherAlgorithmsLearnWithoutNoise() {
        TrainingSpec spec = spec(new Climb(List.of()));
        spec.check();
        try (Trainer trainer = new Trainer(spec)) {
            assertThat(trainer.trainEpoch().metrics().get("train/grad_norm")).isPositive();
        }
    }

    private static TrainingSpec spec(Algorithm algorithm) {
        TrainingSpec s = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, algorithm, Optional.empty());
        SamplingSettings of = s.sampling();
        return SpecCopy.of(s)
                .sampling(new SamplingSettings(
                        of.prompts(),
                        of.batchSize(),
                        of.batchesPerEpoch(),
                        of.samplesPerPrompt(),
                        of.steps(),
                        0,
                        of.guidanceScale(),
                        of.negativePrompt()))
                .build();
    }

    /** Reads the log-probability of the steps taken, and no column. */
    private static final class OfSteps implements Algorithm {
        @Override
        public int batchSize() {
            return 4;
        }

        @Override
        public Losses build(UpdateScope scope) {
            return Losses.of(scope.graph()
                    .tf()
                    .math
                    .mean(scope.step().logProb(), scope.graph().tf().constant(0)));
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            return new Targets(Map.of(), Map.of());
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            return List.of();
        }
    }

    /** Climbs the reward's gradient through two steps. */
    private record Climb(List<RolloutColumn> columns) implements Algorithm {
        @Override
        public Set<Need> needs() {
            return Set.of(Need.REWARD_GRADIENT);
        }

        @Override
        public int batchSize() {
            return 4;
        }

        @Override
        public Losses build(UpdateScope scope) {
            var tf = scope.graph().tf();
            return Losses.of(tf.math.neg(tf.math.mean(scope.reward(scope.unrolled(2)), tf.constant(0))));
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            return new Targets(Map.of(), Map.of());
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            return List.of(new Minibatch(new int[] {0, 1, 2, 3}, new int[4], true));
        }

        @Override
        public Map<String, Object> state() {
            return Map.of();
        }

        @Override
        public void restore(Map<String, Object> state) {}
    }
}
