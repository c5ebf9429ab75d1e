package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.learn.Learner;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.workers.Group;
import org.tempera.graph.Lanes;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.spi.UserException;
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
        assertThat(told(spec(new TinyReinforce()), folder.resolve("run")))
                .filteredOn(message -> message.startsWith("epoch 1: "))
                .containsExactly(
                        "epoch 1: 1 score(s) are missing. 1 of 8 samples lack one of a reward that is trained on or a"
                                + " constraint, and teach nothing. The first of the pictures will be in the run folder's"
                                + " failures at the end of the epoch.\n"
                                + "  reward 'bright' gave NaN for sample 3, prompt 'red'");
        assertThat(folder.resolve("run/failures/epoch-0001-sample-0003-bright.png"))
                .exists();
    }

    /** Nothing is left out of an update for it, but a run that loses its judge must say so. */
    @Test
    public void whatOnlyJudgesOrIsShownIsToldToo() {
        HostReward gone = samples -> {
            throw new UserException("the judge is gone.");
        };
        TrainingSpec alone = TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL);
        List<NamedReward> rewards = new ArrayList<>(alone.rewards());
        rewards.add(new NamedReward(
                "judge", new RewardSettings(RewardRole.HELD_OUT, 1, false, FailurePolicy.SKIP, 0), gone));
        rewards.add(new NamedReward(
                "shown", new RewardSettings(RewardRole.LOGGED, 1, false, FailurePolicy.SKIP, 0), oneIsBroken()));
        Path run = folder.resolve("run");
        List<String> told = told(SpecCopy.of(alone).rewards(rewards).build(), run);
        assertThat(told)
                .filteredOn(message -> message.contains("missing"))
                .hasSize(3)
                .allSatisfy(message -> assertThat(message)
                        .contains("\n  reward 'judge' failed (the judge is gone.) for sample 0, prompt '")
                        .contains(", and for 7 more\n  reward 'shown' gave NaN for sample 3, prompt '"));
        assertThat(told.get(0)).startsWith("evaluation before training: 9 score(s) are missing. ");
        assertThat(told)
                .anySatisfy(message ->
                        assertThat(message).startsWith("epoch 1: 9 score(s)").contains("No sample is left out"));
        assertThat(told).anySatisfy(message -> assertThat(message).startsWith("evaluation after epoch 1: 9 score(s)"));
        assertThat(JsonlMetrics.read(run.resolve("metrics.jsonl")).get(1).values())
                .containsEntry("reward/skipped", 0.0)
                .containsEntry("reward/missing", 9.0)
                .containsEntry("evaluation/missing", 9.0);
    }

    @Test
    public void goldToo() {
        TrainingSpec spec = SpecCopy.of(TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL))
                .gold(Optional.of(oneIsBroken()))
                .build();
        assertThat(told(spec, folder.resolve("run")))
                .contains("evaluation before training: 1 gold score(s) are missing, and its mean is without them.");
    }

    /** With the picture's file, which is there. */
    @Test
    public void whereNoneIsLeftTheRunEndsAndSaysWhy() {
        HostReward gone = samples -> {
            throw new UserException("the scorer is gone.");
        };
        Path run = folder.resolve("run");
        assertThatThrownBy(() -> train(TinyRuns.spec(1, gone, FailurePolicy.SKIP), run, -1))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        "reward 'bright' failed (the scorer is gone.) for sample 0, prompt 'red', and for"
                                + " 7 more; its picture is "
                                + run.resolve("failures/evaluation-0000-sample-0000-bright.png"))
                .hasMessageContaining("nothing to learn from");
        assertThat(run.resolve("failures/evaluation-0000-sample-0000-bright.png"))
                .exists();
    }

    private static List<String> told(TrainingSpec spec, Path run) {
        List<String> told = new ArrayList<>();
        train(spec, run, new RunListener() {
            @Override
            public void warned(String message) {
                told.add(message);
            }
        });
        return told;
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
