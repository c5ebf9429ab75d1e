package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tempera.core.config.FailurePolicy;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.testng.annotations.Test;

/** An epoch that failed before its first update was applied leaves the last complete one to be saved. */
public class UnchangedWeightsTest {
    private static final Reward NOTHING = (HostReward) samples -> new float[samples.size()];

    @Test
    public void anEpochWithNothingToLearnChangesNothing() {
        requireUnchanged(true, NOTHING, new TinyReinforce() {
            @Override
            public void endOfEpoch(EpochEnd end) {
                throw new IllegalStateException("at the end");
            }
        });
    }

    @Test
    public void aFailureBeforeTheFirstUpdateChangesNothing() {
        requireUnchanged(true, TinyRuns.brightness(), new TinyReinforce() {
            @Override
            public Targets prepare(EpochColumns epoch, RewardTable rewards) {
                super.prepare(epoch, rewards);
                return new Targets(Map.of("of another name", new float[epoch.samples()][epoch.steps()]), Map.of());
            }

            @Override
            public boolean hasNothingToLearn(Targets targets) {
                return false;
            }
        });
    }

    @Test
    public void updatesChangeTheWeights() {
        requireUnchanged(false, TinyRuns.brightness(), new TinyReinforce() {
            @Override
            public void endOfEpoch(EpochEnd end) {
                throw new IllegalStateException("at the end");
            }
        });
    }

    /** Fails an epoch; where it has changed nothing, what is saved then has the algorithm's state of before it. */
    private static void requireUnchanged(boolean unchanged, Reward reward, TinyReinforce algorithm) {
        Map<String, Object> before = algorithm.state();
        TrainingSpec spec = TinyRuns.spec(1, reward, FailurePolicy.FAIL, 0.05, algorithm, Optional.empty());
        try (Trainer trainer = new Trainer(spec)) {
            assertThatThrownBy(trainer::trainEpoch).isInstanceOf(RuntimeException.class);
            assertThat(trainer.unchangedSinceEpoch()).isEqualTo(unchanged);
            if (unchanged) {
                assertThat(trainer.checkpoint(OptionalDouble.empty()).state()).containsEntry("algorithm", before);
            }
        }
    }
}
