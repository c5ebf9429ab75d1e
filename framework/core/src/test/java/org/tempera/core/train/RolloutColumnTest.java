package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.tempera.core.config.CombinationRule;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.reward.NamedReward;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** An algorithm declares what sampling writes, a column of its own among it, and is called in the documented order. */
public class RolloutColumnTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("columns");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    /** Twice the mean of the step: a tensor for each step that no built-in algorithm knows. */
    private static final RolloutColumn OWN = new RolloutColumn("twice_the_mean", step -> step.graph()
            .tf()
            .math
            .mul(step.mean(Weights.POLICY), step.graph().tf().constant(2f)));

    @Test
    public void whatSamplingWroteIsWhatTheFirstUpdateComputesAgain() {
        Recording algorithm = new Recording(List.of(RolloutColumn.MEAN, OWN, RolloutColumn.REFERENCE_LOG_PROB));
        try (Trainer trainer = new Trainer(spec(algorithm))) {
            Map<String, Double> metrics = trainer.trainEpoch().metrics();
            assertThat(metrics.get("off")).isBetween(0.0, 1e-6);
        }
        Rollout rollout = algorithm.seen.orElseThrow();
        assertThat(rollout.columns()).containsOnlyKeys("mean", "twice_the_mean", "reference_log_prob");
        HostTensor mean = rollout.columns().get(Rollout.MEAN);
        assertThat(mean.shape()).startsWith(8, 3).hasSize(5);
        for (int i = 0; i < mean.size(); i++) {
            assertThat(rollout.columns().get(OWN.name()).get(i)).isEqualTo(2 * mean.get(i));
        }
        assertThat(rollout.epochColumns().columns()).containsOnlyKeys(Rollout.REFERENCE_LOG_PROB);
        assertThat(rollout.epochColumns().column(Rollout.REFERENCE_LOG_PROB)).hasDimensions(8, 3);
    }

    @Test
    public void nothingIsComputedThatNobodyDeclares() {
        Recording algorithm = new Recording(List.of(RolloutColumn.MEAN, OWN));
        try (Trainer trainer = new Trainer(spec(algorithm))) {
            trainer.trainEpoch();
        }
        assertThat(algorithm.seen.orElseThrow().columns()).containsOnlyKeys("mean", "twice_the_mean");
    }

    @Test
    public void theOrderIsTheDocumentedOne() {
        Recording algorithm = new Recording(List.of(RolloutColumn.MEAN, OWN));
        try (Trainer trainer = new Trainer(spec(algorithm))) {
            trainer.trainEpoch();
            trainer.trainEpoch();
            trainer.operationsPerEpoch();
        }
        List<String> distinct = new ArrayList<>();
        for (String call : algorithm.calls) {
            if (distinct.isEmpty() || !distinct.get(distinct.size() - 1).equals(call)) {
                distinct.add(call);
            }
        }
        assertThat(distinct).containsExactly("check", "build", "prepare", "plan", "end", "prepare", "plan", "end");
    }

    @Test
    public void aRolloutThatWasStoppedGoesOnWithItsColumns() {
        List<RolloutColumn> columns = List.of(RolloutColumn.MEAN, OWN);
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        HostReward red = samples -> {
            stop.get().run();
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (samples.get(i).rgb()[0] & 255) / 255f;
            }
            return scores;
        };
        TinyRuns.train(spec(new Recording(columns), red), folder.resolve("whole"), -1);
        Path stopped = folder.resolve("stopped");
        TinyRuns.train(spec(new Recording(columns), red), stopped, (run, progress) -> stop.set(run::requestStop));
        stop.set(() -> {});
        assertThat(stopped.resolve("checkpoints/epoch-0002-begun")).exists();
        TinyRuns.resume(spec(new Recording(columns), red), stopped);
        TinyRuns.requireSame(stopped, folder.resolve("whole"));
    }

    @Test
    public void aColumnThatBreaksItsContractIsTheAuthorsMistake() {
        requireMistake(List.of(OWN, OWN), "declares the rollout's column 'twice_the_mean', which there is already");
        RolloutColumn value = new RolloutColumn(Rollout.VALUE, step -> step.logProb(Weights.POLICY));
        requireMistake(List.of(value), "declares the rollout's column 'value', which there is already");
        RolloutColumn scalar =
                new RolloutColumn("one", step -> step.graph().tf().constant(1f));
        requireMistake(
                List.of(scalar),
                "must give one row for each of 4 samples, of a static shape, as its rollout's"
                        + " column 'one', but gives []");
        RolloutColumn features = new RolloutColumn("features", step -> step.logProb(Weights.POLICY));
        try (Trainer trainer = new Trainer(spec(new Recording(List.of(features, OWN))))) {
            trainer.trainEpoch();
        }
    }

    private static void requireMistake(List<RolloutColumn> columns, String message) {
        assertThatThrownBy(() -> new Trainer(spec(new Recording(columns))).close())
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("the algorithm " + message + ". It is the plugin's mistake");
    }

    @Test
    public void anUnfitEpochIsRefusedBeforeAnythingIsBuilt() {
        Recording unfit = new Recording(List.of()) {
            @Override
            public void check(EpochShape epoch) {
                throw new UserException("sampling.samples-per-prompt: expected 2 or more, found "
                        + epoch.samplesPerPrompt() + ": advantages are of groups");
            }
        };
        assertThatThrownBy(() -> new Trainer(spec(unfit)).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining("sampling.samples-per-prompt: expected 2 or more, found 1");
        assertThat(unfit.calls).isEmpty();
    }

    @Test
    public void aConstraintNeedsAnAlgorithmThatKnowsOne() {
        TrainingSpec spec = spec(new TinyReinforce());
        List<NamedReward> rewards = new ArrayList<>(spec.rewards());
        rewards.add(new NamedReward(
                "bound",
                new RewardSettings(RewardRole.CONSTRAINT, 1, false, FailurePolicy.FAIL, 0),
                TinyRuns.brightness()));
        TrainingSpec bounded = SpecCopy.of(spec).rewards(rewards).build();
        assertThatThrownBy(bounded::check)
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "rewards.bound.role: the algorithm knows no constraints; expected train, held-out or logged,"
                                + " found constraint");
    }

    @Test
    public void normalisingAmongSinglePicturesOfAPromptIsRefused() {
        TrainingSpec spec = spec(new TinyReinforce());
        TrainingSpec normalised = SpecCopy.of(spec)
                .combination(new CombinationSettings(CombinationRule.NORMALISED_SUM, 1))
                .build();
        assertThatThrownBy(normalised::check)
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "sampling.samples-per-prompt: expected 2 or more under combination.rule = normalised-sum, which"
                                + " compares the samples of a prompt with each other, found 1");
    }

    @Test
    public void anAlgorithmThatReadsNoCombinationRefusesOne() {
        TrainingSpec spec = spec(new Recording(List.of()) {
            @Override
            public Set<Need> needs() {
                return Set.of(Need.SEPARATE_REWARDS);
            }
        });
        spec.check();
        NamedReward normalised = new NamedReward(
                "light", new RewardSettings(RewardRole.TRAIN, 1, true, FailurePolicy.FAIL, 0), TinyRuns.brightness());
        TrainingSpec cautious = SpecCopy.of(spec)
                .rewards(List.of(normalised))
                .combination(new CombinationSettings(CombinationRule.MIN, 1))
                .build();
        String because = ": the algorithm compares each reward by itself, as it was scored; under grpo and nft"
                + " advantages.combine = rewards compares what they are combined to";
        assertThatThrownBy(cautious::check)
                .isInstanceOf(UserException.class)
                .hasMessage("combination.rule: expected weighted-sum, found min" + because
                        + "\nrewards.light.normalise: expected false, found true" + because);
    }

    private static TrainingSpec spec(Algorithm algorithm) {
        return spec(algorithm, TinyRuns.brightness());
    }

    private static TrainingSpec spec(Algorithm algorithm, Reward reward) {
        return TinyRuns.spec(4, reward, FailurePolicy.FAIL, 0.0, algorithm, Optional.empty());
    }

    /** Moves the mean of every step nowhere, and reports how far it is from what the rollout has. */
    private static class Recording implements Algorithm {
        private final TinyReinforce like = new TinyReinforce();
        private final List<RolloutColumn> columns;
        private final List<String> calls = new ArrayList<>();
        private Optional<Rollout> seen = Optional.empty();

        Recording(List<RolloutColumn> columns) {
            this.columns = columns;
        }

        @Override
        public Set<Need> needs() {
            return Set.of();
        }

        @Override
        public List<RolloutColumn> columns() {
            return columns;
        }

        @Override
        public void check(EpochShape epoch) {
            calls.add("check");
        }

        @Override
        public int batchSize() {
            return like.batchSize();
        }

        @Override
        public Losses build(UpdateScope scope) {
            calls.add("build");
            Ops tf = scope.graph().tf();
            Operand<TFloat32> twice = tf.math.mul(scope.step().mean(), tf.constant(2f));
            Operand<TFloat32> off =
                    tf.math.square(tf.math.sub(twice, columns.isEmpty() ? twice : scope.column(OWN.name())));
            Operand<TFloat32> loss = tf.math.mean(off, tf.constant(new int[] {0, 1, 2, 3}));
            return new Losses(loss, Optional.empty(), Map.of("off", loss));
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            calls.add("prepare");
            return new Targets(Map.of(), Map.of());
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            calls.add("plan");
            return like.plan(epoch, seed);
        }

        @Override
        public void endOfEpoch(EpochEnd end) {
            calls.add("end");
            seen = Optional.of(end.rollout());
        }

        @Override
        public Map<String, Object> state() {
            return Map.of();
        }

        @Override
        public void restore(Map<String, Object> state) {}
    }
}
