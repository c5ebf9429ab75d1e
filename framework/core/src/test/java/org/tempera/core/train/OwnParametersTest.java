package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tempera.core.train.TinyRuns.requireSame;
import static org.tempera.core.train.TinyRuns.resume;
import static org.tempera.core.train.TinyRuns.tensors;
import static org.tempera.core.train.TinyRuns.train;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.FailurePolicy;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.testing.Messages;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Parameters that are an algorithm's own: a baseline that is learnt beside the policy. */
public class OwnParametersTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    @Test
    public void areTrainedWithThePolicyAndKeptByCheckpoints() {
        Path whole = folder.resolve("whole");
        train(spec(), whole, -1);
        Map<String, Object> last = tensors(whole.resolve("checkpoints/epoch-0004"));
        assertThat(last).containsKeys("update/baseline", "optimizer/policy/update/baseline/m");
        // Adam moves it by at most the learning rate in each of 8 updates and more, from 0 towards a brightness of
        // about 0.5.
        assertThat(((HostTensor) last.get("update/baseline")).scalarValue()).isBetween(0.2f, 0.6f);

        Path parts = folder.resolve("parts");
        assertThat(train(spec(), parts, 2).stopped()).isTrue();
        resume(spec(), parts);
        requireSame(parts, whole);
    }

    private static TrainingSpec spec() {
        return TinyRuns.spec(
                4, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, new LearntBaseline(), Optional.empty());
    }

    private static final class LearntBaseline extends TinyReinforce {
        private static final String REWARD = "reward";

        @Override
        public Losses build(UpdateScope scope) {
            Ops tf = scope.graph().tf();
            Operand<TFloat32> baseline = scope.graph()
                    .parameter("baseline", Shape.scalar(), Initializer.zeros(), true)
                    .value();
            Operand<TFloat32> off = tf.math.sub(scope.column(REWARD), baseline);
            Operand<TFloat32> ratio = tf.math.exp(tf.math.sub(scope.step().logProb(), scope.column(Rollout.LOG_PROB)));
            return Losses.of(tf.math.mean(
                    tf.math.sub(tf.math.square(off), tf.math.mul(ratio, tf.stopGradient(off))), tf.constant(0)));
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            float[][] rows = new float[epoch.samples()][epoch.steps()];
            for (int i = 0; i < rows.length; i++) {
                Arrays.fill(rows[i], rewards.training()[i]);
            }
            return new Targets(Map.of(REWARD, rows), Map.of());
        }
    }
}
