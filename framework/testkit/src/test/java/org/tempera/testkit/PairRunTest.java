package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.train.Progress;
import org.tempera.core.train.RunListener;
import org.tempera.core.train.RunOutcome;
import org.tempera.core.train.Trainer;
import org.tempera.core.train.TrainingRun;
import org.tempera.core.train.TrainingSpec;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorSource;
import org.tempera.record.choice.Choice;
import org.tempera.record.choice.Choices;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.RunVerdict;
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
import org.tempera.spi.reward.GraphReward;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A run that learns from a file of choices by an algorithm from outside. */
public class PairRunTest {
    private static final int EPOCHS = 4;

    private Path folder = Path.of("");
    private Path whole = Path.of("");
    private BrightChoices choices;
    private RunOutcome outcome;
    private final List<Progress> progress = new ArrayList<>();

    @BeforeClass
    public void trainTheWhole() throws IOException {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "pairs");
        choices = BrightChoices.make(10);
        whole = folder.resolve("whole");
        outcome = start(whole, new Stopping(Integer.MAX_VALUE) {
            @Override
            public void epochDone(Progress p) {
                progress.add(p);
            }
        });
    }

    @AfterClass(alwaysRun = true)
    public void deleteChoices() {
        choices.delete();
    }

    @Test
    public void thePolicyMovesTowardsWhatWasChosen() {
        List<MetricRow> rows = rows(whole);
        double before = rows.get(0).values().getOrDefault("evaluation/brightness/mean", Double.NaN);
        double after = rows.get(EPOCHS).values().getOrDefault("evaluation/brightness/mean", Double.NaN);
        // Chosen pictures have a brightness of about 0.68, rejected ones of about 0.32.
        assertThat(after - before).isGreaterThan(0.05);
    }

    @Test
    public void nothingIsSaidOfARewardThatThereIsNot() throws IOException {
        for (MetricRow row : rows(whole)) {
            assertThat(row.values().keySet())
                    .noneMatch(name -> name.startsWith("reward/") || name.startsWith("evaluation/train/"));
        }
        assertThat(Files.readString(whole.resolve("samples.jsonl"))).doesNotContain("\"train\"");
        assertThat(progress).hasSize(EPOCHS).allSatisfy(p -> assertThat(p.reward())
                .isEmpty());
        RunVerdict verdict = outcome.verdict().orElseThrow();
        assertThat(verdict.overOptimised()).isEqualTo(RunVerdict.Answer.CANNOT_SAY);
        assertThat(verdict.explanation()).startsWith("Cannot say: the run learnt from choices");
        assertThat(verdict.bestEpoch()).isPresent();
        assertThat(String.join("\n", verdict.lines())).doesNotContain("NaN", "training reward  ");
        assertThat(Files.readString(whole.resolve("report.html")))
                .contains("Held out: brightness")
                .doesNotContain("Training reward", "NaN", "trained on");
    }

    @Test
    public void stoppedAnywhereAndResumedEqualsNeverStopped() {
        for (int stop = 1; stop < 4 * EPOCHS; stop += 2) {
            Path parts = folder.resolve("stopped-at-" + stop);
            assertThat(start(parts, new Stopping(stop)).stopped()).isTrue();
            try (RunFolder run = RunFolder.resume(parts);
                    TrainingRun training = TrainingRun.resume(spec(config(4)), run)) {
                training.run(Map.of(), p -> {});
            }
            assertThat(rows(parts)).isEqualTo(rows(whole));
            assertThat(parts.resolve("samples.jsonl")).hasSameTextualContentAs(whole.resolve("samples.jsonl"));
            assertThat(tensors(parts)).isEqualTo(tensors(whole));
        }
    }

    @Test
    public void otherChoicesDoNotFitAnEpochThatHasBegun() {
        Path run = folder.resolve("other-choices");
        assertThat(start(run, new Stopping(2)).stoppedAt()).hasValue("within epoch 1");
        List<Choice> reversed = new ArrayList<>(choices.choices().decided());
        Collections.reverse(reversed);
        TrainingSpec other = spec(config(4)).with(new Choices(choices.file(), reversed));
        try (RunFolder begun = RunFolder.resume(run)) {
            assertThatThrownBy(() -> TrainingRun.resume(other, begun).close())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("within its epoch, sample 0 was of ")
                    .hasMessageContaining(", and by the prompts or choices of now is of ");
        }
    }

    @Test
    public void whatDoesNotFitIsToldAtOnce() {
        TrainingSpec spec = spec(config(3));
        TrainingSpec unfit = new TrainingSpec(
                spec.run(),
                new SamplingSettings(Path.of("unused"), 3, 1, 1, 2, 1.0, 2.0, ""),
                spec.optimizer(),
                spec.evaluation(),
                spec.checkpoint(),
                spec.combination(),
                spec.policy(),
                spec.algorithm(),
                spec.critic(),
                List.of(reward(RewardRole.TRAIN)),
                spec.gold(),
                spec.prompts(),
                spec.evaluationPrompts());
        assertThatThrownBy(unfit::check)
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "sampling.choices: missing. The algorithm learns from choices between two pictures: name a file"
                                + " of lines such as {\"prompt\": \"a cat\", \"a\": \"1.png\", \"b\": \"2.png\", \"choice\": \"a\"}."
                                + " One that can rank its own samples by the training reward has a key for that, such as"
                                + " algorithm.diffusion-dpo.pairs = online.\n"
                                + "sampling.batch-size: expected an even number of pictures in an epoch, for the algorithm learns"
                                + " from pairs, found batch-size * batches-per-epoch = 3\n"
                                + "rewards.brightness.role: the algorithm learns from choices and from no reward; expected held-out"
                                + " or logged, found train\n"
                                + "algorithm.pairwise-dpo.batch-size: expected an even divisor of 3, found 3");
    }

    @Test
    public void whatHasNoStepsIsRefusedByName() {
        Map<String, Consumer<UpdateScope>> reads = Map.of(
                "reads the steps that were taken", UpdateScope::step,
                "reads the last steps", scope -> scope.unrolled(1),
                "reads the last step", scope -> scope.lastStepAgain(0),
                "reads the timesteps of steps that were taken",
                        scope -> scope.denoising(
                                new UpdateScope.Renoising(UpdateScope.Renoising.Level.OF_STEPS, 1, false)));
        reads.forEach(
                (message, read) -> assertThatThrownBy(() -> new Trainer(spec(new Reading(Set.of(), read))).close())
                        .isInstanceOf(PluginFault.class)
                        .hasMessageStartingWith(
                                "the algorithm " + message + ", but learns from pairs, which no steps led to."));
        assertThatThrownBy(() ->
                        spec(new Reading(Set.of(Need.CRITIC), scope -> {})).check())
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("the algorithm needs CRITIC, which there is not where it learns from pairs.");
        assertThatThrownBy(() -> new Trainer(spec(new Reading(Set.of(), scope -> {}) {
                            @Override
                            public List<RolloutColumn> columns() {
                                return List.of(RolloutColumn.LOG_PROB);
                            }
                        }))
                        .close())
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("the algorithm declares the rollout's column 'log_prob', a number of steps, and"
                        + " learns from pairs, which no steps led to.");
    }

    /** Reads something of an update before it builds its loss. */
    private static class Reading implements Algorithm {
        private final Algorithm of = new PairwiseDpo().create(config(4));
        private final Set<Need> further;
        private final Consumer<UpdateScope> read;

        Reading(Set<Need> further, Consumer<UpdateScope> read) {
            this.further = further;
            this.read = read;
        }

        @Override
        public Set<Need> needs() {
            Set<Need> needs = new HashSet<>(further);
            needs.add(Need.PAIRS);
            return needs;
        }

        @Override
        public int batchSize() {
            return of.batchSize();
        }

        @Override
        public Losses build(UpdateScope scope) {
            read.accept(scope);
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
    }

    /** Asks its run to stop after so many pairs that were encoded and updates that were made. */
    private static class Stopping implements RunListener {
        private final AtomicInteger steps = new AtomicInteger();
        private final int stopAt;
        private Runnable stop = () -> {};

        Stopping(int stopAt) {
            this.stopAt = stopAt;
        }

        private void pass() {
            if (steps.incrementAndGet() == stopAt) {
                stop.run();
            }
        }

        @Override
        public void batchDrawn(int epoch, int drawn, int samples) {
            pass();
        }

        @Override
        public void updated(int epoch, int done, int minibatches) {
            pass();
        }
    }

    private RunOutcome start(Path path, Stopping stopping) {
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec(config(4)), run)) {
                stopping.stop = training::requestStop;
                return training.run(Map.of(), stopping);
            }
        }
    }

    private static PairwiseDpo.Config config(int batchSize) {
        return new PairwiseDpo.Config(batchSize, 20);
    }

    private static NamedReward reward(RewardRole role) {
        GraphReward brightness = GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
        return new NamedReward("brightness", new RewardSettings(role, 1, false, FailurePolicy.FAIL, 0), brightness);
    }

    /** Four pairs an epoch, of ten. */
    private TrainingSpec spec(PairwiseDpo.Config config) {
        return spec(new PairwiseDpo().create(config));
    }

    private TrainingSpec spec(Algorithm algorithm) {
        List<String> prompts = List.of("cat", "horse");
        return new TrainingSpec(
                        new RunSettings(EPOCHS, 7, Path.of("unused"), 1, 1, 1),
                        new SamplingSettings(Path.of("unused"), 8, 1, 1, 3, 1.0, 2.0, ""),
                        new OptimizerSettings(0.05, 0.01, 2, 0.9, 0.999, 1e-8, 1e-4, 1.0),
                        new EvaluationSettings(2, Optional.empty(), 8, 3, 4),
                        new CheckpointSettings(1, 5, 0),
                        CombinationSettings.defaults(),
                        new ToyPolicy(),
                        algorithm,
                        Optional.empty(),
                        List.of(reward(RewardRole.HELD_OUT)),
                        Optional.empty(),
                        prompts,
                        prompts)
                .with(choices.choices());
    }

    private static List<MetricRow> rows(Path run) {
        List<MetricRow> rows = new ArrayList<>();
        for (MetricRow row : JsonlMetrics.read(run.resolve("metrics.jsonl"))) {
            TreeMap<String, Double> values = new TreeMap<>(row.values());
            values.keySet().removeIf(name -> name.startsWith("time/"));
            rows.add(new MetricRow(row.epoch(), values));
        }
        return rows;
    }

    private static Map<String, Object> tensors(Path run) {
        Map<String, Object> all = new TreeMap<>();
        Path file = run.resolve("checkpoints/epoch-0004/tensors.safetensors");
        try (TensorSource tensors = SafetensorsFile.open(file)) {
            tensors.names().forEach(name -> all.put(name, tensors.readTensor(name)));
        }
        return all;
    }
}
