package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tempera.core.train.TinyRuns.tensors;
import static org.tempera.core.train.TinyRuns.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.learn.Learner;
import org.tempera.core.workers.Group;
import org.tempera.graph.Lanes;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.testing.Messages;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What a reward gave no score for is left out of the update and of every mean. */
public class SkippedSampleTest {
    private static final int BROKEN = 3;

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
    public void teachesNothingWhateverTheColumnIsCalled() {
        Path unaware = folder.resolve("unaware");
        Path aware = folder.resolve("aware");
        train(spec(new Weighted(false)), unaware, -1);
        train(spec(new Weighted(true)), aware, -1);
        assertThat(tensors(unaware.resolve("checkpoints/epoch-0001")))
                .isEqualTo(tensors(aware.resolve("checkpoints/epoch-0001")));
    }

    @Test
    public void isLeftOutOfEveryMean() {
        Path run = folder.resolve("run");
        train(spec(new TinyReinforce()), run, -1);
        var rows = JsonlMetrics.read(run.resolve("metrics.jsonl"));
        assertThat(rows).hasSize(2);
        rows.forEach(row -> row.values()
                .forEach((name, value) ->
                        assertThat(Double.isFinite(value)).as(name).isTrue()));
        assertThat(rows.get(1).values()).containsEntry("reward/skipped", 1.0).containsEntry("reward/bright/mean", 1.0);
        assertThat(rows.get(0).values()).containsEntry("evaluation/bright/mean", 1.0);
    }

    @Test
    public void isTold() {
        List<String> told = new ArrayList<>();
        train(spec(new TinyReinforce()), folder.resolve("run"), new RunListener() {
            @Override
            public void warned(String message) {
                told.add(message);
            }
        });
        assertThat(told)
                .filteredOn(message -> message.startsWith("epoch 1: "))
                .containsExactly(
                        "epoch 1: 1 of 8 samples got no score from a reward that is trained on or a constraint, and"
                            + " teach nothing. The first of their pictures will be in the run folder's failures at the"
                            + " end of the epoch; mend the reward.");
        assertThat(folder.resolve("run/failures/epoch-0001-sample-0003-bright.png"))
                .exists();
    }

    @Test
    public void costsRunsThatSkipNoneNothing() {
        assertThat(operations(false)).contains("Square").doesNotContain("StopGradient", "PlaceholderWithDefault");
        assertThat(operations(true)).contains("Square", "StopGradient", "PlaceholderWithDefault");
        assertThat(TinyRuns.spec(1, oneIsBroken(), FailurePolicy.FAIL).maySkip())
                .isFalse();
        assertThat(spec(new TinyReinforce()).maySkip()).isTrue();
    }

    /** Types of the operations of an update. */
    private static Set<String> operations(boolean maySkip) {
        ToyPolicy policy = new ToyPolicy();
        TrainingSpec spec = spec(new Weighted(false));
        try (Lanes lanes = new Lanes(1);
                TrainingGraph graph = new TrainingGraph(1)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            new Learner(
                    graph,
                    policy.shape(),
                    GuidedStep.of(policy, network, spec.sampling().guidanceScale()),
                    Optional.empty(),
                    spec.algorithm(),
                    spec.sampling(),
                    spec.optimizer(),
                    Map.of(),
                    Set.of(),
                    Optional.empty(),
                    Group.alone().with(lanes),
                    maySkip);
            Set<String> types = new TreeSet<>();
            ((Graph) graph.scope().tf().scope().env()).operations().forEachRemaining(o -> types.add(o.type()));
            return types;
        }
    }

    private static TrainingSpec spec(Algorithm algorithm) {
        return TinyRuns.spec(1, oneIsBroken(), FailurePolicy.SKIP, 0.05, algorithm, Optional.empty());
    }

    /** 1 for each of eight samples but one. */
    private static Reward oneIsBroken() {
        int[] scored = {0};
        return (HostReward) samples -> {
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = scored[0]++ % 8 == BROKEN ? Float.NaN : 1;
            }
            return scores;
        };
    }

    /** Weights samples by a column of its own name, and a divergence from what was drawn that no column weights. */
    private static final class Weighted implements Algorithm {
        private static final String WEIGHT = "importance";

        private final TinyReinforce like = new TinyReinforce();
        private final boolean aware;

        /** @param aware whether it leaves out the broken sample itself */
        Weighted(boolean aware) {
            this.aware = aware;
        }

        @Override
        public List<RolloutColumn> columns() {
            return like.columns();
        }

        @Override
        public int batchSize() {
            return like.batchSize();
        }

        @Override
        public Losses build(UpdateScope scope) {
            Ops tf = scope.graph().tf();
            Operand<TFloat32> off = tf.math.sub(scope.step().logProb(), scope.column(Rollout.LOG_PROB));
            Operand<TFloat32> counted = scope.column(WEIGHT);
            Operand<TFloat32> divergence = tf.math.mul(
                    tf.math.square(tf.math.add(off, tf.constant(0.1f))), aware ? counted : tf.onesLike(counted));
            Operand<TFloat32> each = tf.math.sub(divergence, tf.math.mul(tf.math.exp(off), counted));
            return new Losses(tf.math.mean(each, tf.constant(0)), Optional.empty(), Map.of());
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            float[][] weights = new float[epoch.samples()][epoch.steps()];
            for (int i = 0; i < weights.length; i++) {
                Arrays.fill(weights[i], aware && i == BROKEN ? 0 : 1);
            }
            return new Targets(Map.of(WEIGHT, weights), Map.of());
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            return like.plan(epoch, seed);
        }

        @Override
        public Map<String, Object> state() {
            return Map.of();
        }

        @Override
        public void restore(Map<String, Object> state) {}
    }
}
