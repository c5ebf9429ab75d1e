package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.FailurePolicy;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.reward.HostReward;
import org.testng.annotations.Test;

/** Whether an epoch has updates is the algorithm's to say, and not the name of a column. */
public class NothingToLearnTest {
    @Test
    public void advantagesOfZeroStillUpdateAnAlgorithmThatDoesNotSay() {
        assertThat(updates(new Silent(new TinyReinforce()))).isPositive();
    }

    @Test
    public void anAlgorithmThatSaysSoHasNoUpdates() {
        assertThat(updates(new TinyReinforce())).isZero();
    }

    private static double updates(Algorithm algorithm) {
        HostReward constant = samples -> new float[samples.size()];
        TrainingSpec spec = TinyRuns.spec(1, constant, FailurePolicy.FAIL, 0.05, algorithm, Optional.empty());
        try (Trainer trainer = new Trainer(spec)) {
            return trainer.trainEpoch().metrics().get("train/optimizer_steps");
        }
    }

    /** Leaves {@link #hasNothingToLearn} as it is. */
    private record Silent(Algorithm of) implements Algorithm {
        @Override
        public List<RolloutColumn> columns() {
            return of.columns();
        }

        @Override
        public int batchSize() {
            return of.batchSize();
        }

        @Override
        public Losses build(UpdateScope scope) {
            return of.build(scope);
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            return of.prepare(epoch, rewards);
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            return of.plan(epoch, seed);
        }

        @Override
        public Map<String, Object> state() {
            return of.state();
        }

        @Override
        public void restore(Map<String, Object> state) {
            of.restore(state);
        }
    }
}
