package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.core.train.TinyRuns.requireSame;
import static org.tempera.core.train.TinyRuns.resume;
import static org.tempera.core.train.TinyRuns.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.ReferenceSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.config.StochasticSteps;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.algorithm.DecayKind;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.FollowUnit;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.UnavailableReward;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Stops a run at every place where a step of it ends, within rollouts, updates and evaluations. */
public class StopAtStepTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    /**
     * A run as it is, one that its policy's copy draws, which follows after some of the updates, and one of which the
     * middle step alone adds noise.
     */
    @DataProvider
    public Object[][] copies() {
        FollowSettings follow = new FollowSettings(DecayKind.LINEAR, 0.9, 0.1, 0, 2, FollowUnit.UPDATES);
        return new Object[][] {
            {BehaviourSettings.defaults(), StochasticSteps.all()},
            {new BehaviourSettings(true, false, follow), StochasticSteps.all()},
            {BehaviourSettings.defaults(), new StochasticSteps(1, Optional.of(1))},
        };
    }

    @Test(dataProvider = "copies")
    public void resumedAfterAnyStepEqualsNeverStopped(BehaviourSettings behaviour, StochasticSteps noisy) {
        Path whole = folder.resolve("whole");
        Steps all = new Steps(Integer.MAX_VALUE);
        start(all, spec(all, behaviour, noisy), whole);
        assertThat(TinyRuns.tensors(whole.resolve("checkpoints/epoch-0004")).keySet().stream()
                        .anyMatch(name -> name.startsWith("behaviour/")))
                .isEqualTo(behaviour.draws());
        TreeSet<String> places = new TreeSet<>();
        // Every stop takes a run: those of the other runs are looked at here and there.
        int stride = behaviour.draws() || !noisy.areAll(3) ? 5 : 1;
        for (int stop = 1; stop <= all.passed(); stop += stride) {
            Path parts = folder.resolve("stopped-at-" + stop);
            Steps some = new Steps(stop);
            RunOutcome stopped = start(some, spec(some, behaviour, noisy), parts);
            places.add(stopped.stoppedAt().orElse("at its end"));
            Steps rest = new Steps(Integer.MAX_VALUE);
            assertThat(goOn(rest, spec(rest, behaviour, noisy), parts).stopped())
                    .isFalse();
            requireSame(parts, whole);
            requireSameFailures(parts, whole);
            assertThat(parts.resolve("checkpoints")).isDirectoryNotContaining("glob:**-begun");
        }
        if (stride == 1) {
            assertThat(places)
                    .contains(
                            "before the first epoch",
                            "within epoch 1",
                            "within epoch 2",
                            "within epoch 3",
                            "within epoch 4",
                            "in the evaluation after epoch 2",
                            "in the evaluation after epoch 4");
        }
    }

    @Test
    public void stoppedAgainAndAgainEqualsNeverStopped() {
        Path whole = folder.resolve("whole");
        start(new Steps(Integer.MAX_VALUE), whole);
        Path parts = folder.resolve("parts");
        // An evaluation has three steps here, which must be taken in one go.
        boolean stopped = start(new Steps(3), parts).stopped();
        int runs = 1;
        while (stopped) {
            stopped = goOn(new Steps(3), parts).stopped();
            assertThat(++runs).isLessThan(100);
        }
        assertThat(runs).isGreaterThan(8);
        requireSame(parts, whole);
        requireSameFailures(parts, whole);
    }

    @Test
    public void otherSettingsDoNotFitAnEpochThatHasBegun() {
        Path run = folder.resolve("run");
        // The first evaluation has two batches, the third is the only one of the epoch: a second might be drawn by then
        // or not.
        Steps third = new Steps(3);
        TrainingSpec s = TinyRuns.spec(4, counting(third), FailurePolicy.SKIP);
        assertThat(start(third, sampledIn(3, s), run).stoppedAt()).hasValue("within epoch 1");
        Messages.assertMessage("begun-epoch-of-other-settings", run, () -> resume(sampledIn(4, s), run));
    }

    @Test
    public void anotherWindowDoesNotFitAnEpochThatHasBegun() {
        Path run = folder.resolve("run");
        Steps third = new Steps(3);
        TrainingSpec s = TinyRuns.spec(4, counting(third), FailurePolicy.SKIP);
        assertThat(start(third, sampledIn(3, s), run).stoppedAt()).hasValue("within epoch 1");
        TrainingSpec windowed = SpecCopy.of(sampledIn(3, s))
                .sampling(new SamplingSettings(Path.of("unused"), 4, 1, 1, 3, 1.0, 2.0, "")
                        .withStochasticSteps(new StochasticSteps(1, Optional.empty())))
                .build();
        Messages.assertMessage("begun-epoch-of-another-window", run, () -> resume(windowed, run));
    }

    @Test
    public void anotherSeedOrOtherPromptsDoNotFitAnEpochThatHasBegun() {
        Path run = folder.resolve("run");
        Steps third = new Steps(3);
        TrainingSpec s = TinyRuns.spec(4, counting(third), FailurePolicy.SKIP);
        assertThat(start(third, s, run).stoppedAt()).hasValue("within epoch 1");
        TrainingSpec seeded = SpecCopy.of(s)
                .run(new RunSettings(4, 8, Path.of("unused"), 1, 1, 1))
                .build();
        Messages.assertMessage("begun-epoch-of-another-seed", run, () -> resume(seeded, run));
        TrainingSpec asked =
                SpecCopy.of(s).prompts(List.of("cat", "dog", "bird")).build();
        assertThatThrownBy(() -> resume(asked, run))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("within its epoch, sample 0 was of '")
                .hasMessageContaining("', and by the prompts or choices of now is of '");
    }

    /** As versions left it that took no note of seed and prompts. */
    @Test
    public void aBegunEpochWithoutANoteOfItsSourceGoesOn() throws IOException {
        Path whole = folder.resolve("whole");
        start(new Steps(Integer.MAX_VALUE), whole);
        Path parts = folder.resolve("parts");
        assertThat(start(new Steps(4), parts).stoppedAt()).hasValue("within epoch 1");
        Path state = parts.resolve("checkpoints/epoch-0001-begun/state.json");
        String noted = Files.readString(state);
        String unnoted = noted.replaceFirst(",\\s*\"source\"\\s*:\\s*\\{[^}]*}", "");
        assertThat(unnoted).hasSizeLessThan(noted.length());
        Files.writeString(state, unnoted);
        assertThat(goOn(new Steps(Integer.MAX_VALUE), parts).stopped()).isFalse();
        requireSame(parts, whole);
    }

    /** As versions left it that knew no windows. */
    @Test
    public void aBegunEpochWithoutANoteOfItsNoiseGoesOn() throws IOException {
        Path whole = folder.resolve("whole");
        start(new Steps(Integer.MAX_VALUE), whole);
        Path parts = folder.resolve("parts");
        assertThat(start(new Steps(4), parts).stoppedAt()).hasValue("within epoch 1");
        Path state = parts.resolve("checkpoints/epoch-0001-begun/state.json");
        String noted = Files.readString(state);
        String unnoted = noted.replaceFirst(",\\s*\"stochastic_steps\"\\s*:\\s*\\[[^]]*]", "");
        assertThat(unnoted).hasSizeLessThan(noted.length());
        Files.writeString(state, unnoted);
        assertThat(goOn(new Steps(Integer.MAX_VALUE), parts).stopped()).isFalse();
        requireSame(parts, whole);
    }

    /** The same with one batch an epoch, drawn in so many steps. */
    private static TrainingSpec sampledIn(int steps, TrainingSpec s) {
        return SpecCopy.of(s)
                .sampling(new SamplingSettings(Path.of("unused"), 4, 1, 1, steps, 1.0, 2.0, ""))
                .algorithm(new TinyReinforce())
                .build();
    }

    @Test
    public void aRewardThatFailsInAnEvaluationLosesNoEpoch() {
        Path whole = folder.resolve("whole");
        train(TinyRuns.spec(4, goneAfter(Integer.MAX_VALUE), FailurePolicy.FAIL), whole, -1);
        Path parts = folder.resolve("parts");
        // An evaluation, two epochs and a half of the next evaluation, 8 samples each.
        assertThatThrownBy(() -> train(TinyRuns.spec(4, goneAfter(8 + 2 * 8 + 4), FailurePolicy.FAIL), parts, -1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("Epoch 2 is saved. Resume ");
        resume(TinyRuns.spec(4, goneAfter(Integer.MAX_VALUE), FailurePolicy.FAIL), parts);
        requireSame(parts, whole);
    }

    /** Else it would end every run that goes on from there, though the scorer is back. */
    @Test
    public void aScoreThatWouldEndTheEpochIsAskedForAgain() {
        Path whole = folder.resolve("whole");
        Steps all = new Steps(Integer.MAX_VALUE);
        start(all, awayAtTheStop(all), whole);
        Set<String> places = new TreeSet<>();
        for (int stop = 6; stop < 10; stop++) { // in an epoch and in an evaluation, once the first epoch is saved
            Path parts = folder.resolve("away-at-" + stop);
            Steps some = new Steps(stop);
            try {
                places.add(start(some, awayAtTheStop(some), parts).stoppedAt().orElse("at its end"));
            } catch (UserException e) {
                assertThat(e).hasRootCauseMessage("the scorer is away.");
            }
            Steps rest = new Steps(Integer.MAX_VALUE);
            goOn(rest, awayAtTheStop(rest), parts);
            requireSame(parts, whole);
        }
        assertThat(places).anyMatch(place -> place.startsWith("within epoch"));
    }

    /** Its samples would teach twice if it was drawn again: the weights have learnt from them. */
    @Test
    public void anEpochThatHasLearntWithoutAScoreDoesNotGoOnWhereThatEndsIt() {
        Path whole = folder.resolve("whole");
        Steps all = new Steps(Integer.MAX_VALUE);
        start(all, withFirstScoreOfABatch(Float.NaN, all, FailurePolicy.SKIP), whole);
        Path run = folder.resolve("run");
        Steps some = new Steps(6); // two batches of the first evaluation, two of the epoch, and an update
        TrainingSpec skips = withFirstScoreOfABatch(Float.NaN, some, FailurePolicy.SKIP);
        assertThat(start(some, skips, run).stoppedAt()).hasValue("within epoch 1");
        Steps none = new Steps(Integer.MAX_VALUE);
        TrainingSpec fails = withFirstScoreOfABatch(1, none, FailurePolicy.FAIL);
        Messages.assertMessage("begun-epoch-without-a-score", run, () -> goOn(none, fails, run));
        Steps rest = new Steps(Integer.MAX_VALUE);
        goOn(rest, withFirstScoreOfABatch(Float.NaN, rest, FailurePolicy.SKIP), run);
        requireSame(run, whole);
    }

    private static TrainingSpec withFirstScoreOfABatch(float first, Steps steps, FailurePolicy onFailure) {
        HostReward reward = samples -> {
            steps.pass();
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = i == 0 ? first : samples.get(i).rgb()[0];
            }
            return scores;
        };
        return spec(steps, reward, onFailure);
    }

    @Test
    public void aRewardThatIsGoneInTheFirstEpochLeavesARunToGoOnWith() {
        Path run = folder.resolve("run");
        Steps some = new Steps(3);
        TrainingSpec skips = withFirstScoreOfABatch(Float.NaN, some, FailurePolicy.SKIP);
        assertThat(start(some, skips, run).stoppedAt()).hasValue("within epoch 1");
        Steps none = new Steps(Integer.MAX_VALUE);
        assertThatThrownBy(() -> goOn(none, spec(none, goneAfter(0), FailurePolicy.FAIL), run))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the scorer is gone.")
                .hasMessageEndingWith(
                        "\nWhat there was before the first epoch is saved. Resume " + run + " to go on from there.");
    }

    private static TrainingSpec awayAtTheStop(Steps steps) {
        HostReward reward = samples -> {
            steps.pass();
            if (steps.passed() == steps.stopAt) {
                throw new UnavailableReward("the scorer is away.");
            }
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = samples.get(i).rgb()[0];
            }
            return scores;
        };
        return TinyRuns.spec(4, reward, FailurePolicy.FAIL);
    }

    /** Files that are written at the end of an epoch, and when a folder is in their place. */
    @DataProvider
    public Object[][] inTheWay() {
        return new Object[][] {{"images/epoch-0002.png", 1, 2}, {"images/epoch-0004.png", 2, 4}, {"report.html", 3, 4}};
    }

    @Test(dataProvider = "inTheWay")
    public void aFileThatCannotBeWrittenLosesNoEpoch(String file, int after, int saved) {
        Path whole = folder.resolve("whole");
        train(brightness(), whole, -1);
        Path parts = folder.resolve("parts");
        Path folderInTheWay = parts.resolve(file);
        assertThatThrownBy(() -> train(brightness(), parts, (run, progress) -> {
                    if (progress.epoch() == after) {
                        makeFolders(folderInTheWay.resolve("something"));
                    }
                }))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file + ": cannot be written")
                .hasMessageEndingWith("\nEpoch " + saved + " is saved. Resume " + parts + " to go on from there.");
        Messages.delete(folderInTheWay);
        resume(brightness(), parts);
        requireSame(parts, whole);
        assertThat(parts.resolve("report.html")).exists();
    }

    @Test
    public void whatCannotBeSavedIsToldBesidesWhatFailedBefore() {
        Path run = folder.resolve("run");
        assertThatThrownBy(() -> train(brightness(), run, (training, progress) -> {
                    if (progress.epoch() == 1) {
                        makeFolders(run.resolve("images/epoch-0002.png/something"));
                        makeFolders(run.resolve("checkpoints/epoch-0002.tmp/something"));
                    }
                }))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("images/epoch-0002.png: cannot be written")
                .hasMessageContaining(
                        "\n" + run.resolve("checkpoints/epoch-0002") + ": the checkpoint cannot be written")
                .hasMessageContaining("The checkpoint epoch-0001 is intact.");
    }

    private static TrainingSpec brightness() {
        return TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL);
    }

    private static void makeFolders(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireSameFailures(Path stopped, Path whole) {
        Path failures = whole.resolve("failures");
        assertThat(failures).isNotEmptyDirectory();
        try (Stream<Path> files = Files.list(failures)) {
            for (Path file : files.toList()) {
                assertThat(stopped.resolve("failures").resolve(file.getFileName()))
                        .hasSameBinaryContentAs(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RunOutcome start(Steps steps, Path path) {
        return start(steps, spec(steps), path);
    }

    private static RunOutcome start(Steps steps, TrainingSpec spec, Path path) {
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec, run)) {
                steps.stop = training::requestStop;
                return training.run(Map.of(), p -> {});
            }
        }
    }

    private static RunOutcome goOn(Steps steps, Path path) {
        return goOn(steps, spec(steps), path);
    }

    private static RunOutcome goOn(Steps steps, TrainingSpec spec, Path path) {
        try (RunFolder run = RunFolder.resume(path);
                TrainingRun training = TrainingRun.resume(spec, run)) {
            steps.stop = training::requestStop;
            return training.run(Map.of(), p -> {});
        }
    }

    private static TrainingSpec spec(Steps steps, BehaviourSettings behaviour, StochasticSteps noisy) {
        return SpecCopy.of(spec(steps).with(behaviour, ReferenceSettings.defaults()))
                .sampling(new SamplingSettings(Path.of("unused"), 4, 2, 1, 3, 1.0, 2.0, "").withStochasticSteps(noisy))
                .build();
    }

    private static TrainingSpec spec(Steps steps) {
        return spec(steps, counting(steps), FailurePolicy.SKIP);
    }

    private static TrainingSpec spec(Steps steps, Reward reward, FailurePolicy onFailure) {
        return TinyRuns.spec(
                4,
                reward,
                onFailure,
                0.05,
                new CountingPlan(new TinyActorCritic(12), steps),
                Optional.of(TinyActorCritic.critic(2)));
    }

    /**
     * Steps of a run that are counted, batches that are scored and micro-batches; at one of them it is asked to stop.
     */
    private static final class Steps {
        private final int stopAt;
        private final AtomicInteger passed = new AtomicInteger();
        private Runnable stop = () -> {};

        Steps(int stopAt) {
            this.stopAt = stopAt;
        }

        void pass() {
            if (passed.incrementAndGet() == stopAt) {
                stop.run();
            }
        }

        int passed() {
            return passed.get();
        }
    }

    /** Scores redness; some samples get no score. */
    private static Reward counting(Steps steps) {
        return (HostReward) samples -> {
            steps.pass();
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                boolean none = Math.floorMod(samples.get(i).seed(), 7) == 0;
                scores[i] = none ? Float.NaN : samples.get(i).rgb()[0];
            }
            return scores;
        };
    }

    private static Reward goneAfter(int samplesBefore) {
        int[] scored = {0};
        return (HostReward) samples -> {
            scored[0] += samples.size();
            if (scored[0] > samplesBefore) {
                throw new UserException("the scorer is gone.");
            }
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = samples.get(i).rgb()[0];
            }
            return scores;
        };
    }

    /**
     * The algorithm with a plan that counts the updates as they are looked up, after the first time, which checks it.
     */
    private record CountingPlan(Algorithm of, Steps steps) implements Algorithm {
        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            List<Minibatch> plan = of.plan(epoch, seed);
            Set<Integer> checked = new HashSet<>();
            return new AbstractList<>() {
                @Override
                public Minibatch get(int index) {
                    Minibatch m = plan.get(index);
                    // The last one is looked up once more, for it has to apply.
                    if (m.apply() && !checked.add(index) && !(index == size() - 1 && checked.add(size()))) {
                        steps.pass();
                    }
                    return m;
                }

                @Override
                public int size() {
                    return plan.size();
                }
            };
        }

        @Override
        public boolean learnsOffPolicy() {
            return true;
        }

        @Override
        public Set<Need> needs() {
            return of.needs();
        }

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
        public int replayedSamples() {
            return of.replayedSamples();
        }

        @Override
        public List<Minibatch> replayPlan(EpochShape kept, long seed) {
            return of.replayPlan(kept, seed);
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
