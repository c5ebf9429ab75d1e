package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.core.train.TinyRuns.brightness;
import static org.tempera.core.train.TinyRuns.requireSame;
import static org.tempera.core.train.TinyRuns.resume;
import static org.tempera.core.train.TinyRuns.rows;
import static org.tempera.core.train.TinyRuns.spec;
import static org.tempera.core.train.TinyRuns.tensors;
import static org.tempera.core.train.TinyRuns.train;
import static org.tempera.core.train.TinyRuns.withCritic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.config.CombinationRule;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.workers.GradientSums;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.image.PngFiles;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class TrainingRunTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("run");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    public void resumedAfterAnyEpochEqualsNeverStopped() {
        requireResumable(() -> spec(4, brightness(), FailurePolicy.FAIL));
    }

    @Test
    public void resumedEqualsNeverStoppedWithACriticThatLearnsFromEarlierSamples() {
        // 12 samples are kept and an epoch has 8: the ring wraps in the second epoch.
        requireResumable(() -> withCritic(4, 12, 0.05));
    }

    @Test
    public void resumedEqualsNeverStoppedWithStandardisedRewards() {
        requireResumable(() -> combined(CombinationRule.MIN));
    }

    @Test
    public void aRuleThatDividesByWeightsRefusesThoseOf0() {
        TrainingSpec spec = combined(CombinationRule.MEAN_MINUS_K_STD);
        assertThatThrownBy(spec::check)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("rewards.red.weight: expected more than 0");
    }

    @Test
    public void anEvaluationChangesNothingThatIsTrained() {
        try (Trainer looked = new Trainer(combined(CombinationRule.MIN));
                Trainer not = new Trainer(combined(CombinationRule.MIN))) {
            looked.evaluate();
            assertThat(looked.trainEpoch().metrics().get("reward/train/mean"))
                    .isEqualTo(not.trainEpoch().metrics().get("reward/train/mean"));
        }
    }

    @Test
    public void epochsWithNothingToLearnLeaveThePolicyAndSaySo() {
        // The algorithm's baseline is 0 at first and stays there.
        Reward constant = (HostReward) samples -> new float[samples.size()];
        Path run = folder.resolve("run");
        RunOutcome outcome = train(spec(3, constant, FailurePolicy.FAIL), run, -1);
        assertThat(tensors(run.resolve("checkpoints/epoch-0003")))
                .isEqualTo(tensors(run.resolve("checkpoints/epoch-0001")));
        assertThat(rows(run).get(3).values()).containsEntry("train/optimizer_steps", 0.0);
        assertThat(outcome.verdict().orElseThrow().lines())
                .anyMatch(line -> line.contains("the training reward is constant, 0.000 for every sample"))
                .contains(
                        "The training reward was constant in 3 of 3 epochs: all samples of such an epoch had the same,"
                                + " which teaches nothing.");
    }

    @Test
    public void noRewardHasTheNameOfAnotherScore() {
        TrainingSpec s = withGold();
        for (String name : List.of("train", "gold")) {
            NamedReward named = new NamedReward(name, s.rewards().get(0).settings(), brightness());
            assertThatThrownBy(() -> withRewards(s, List.of(named)).check())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("rewards." + name + ": '" + name + "' is the name of");
        }
    }

    /** As by one who takes run.epochs for how many more. */
    @Test
    public void aRunThatHasAllItsEpochsSaysThatNothingIsTrained() {
        Path run = folder.resolve("done");
        train(spec(2, brightness(), FailurePolicy.FAIL), run, -1);
        assertThat(toldOnResuming(run, spec(1, brightness(), FailurePolicy.FAIL)))
                .containsExactly(
                        "nothing is trained: 2 epochs are complete, and run.epochs, which counts these, is 1. To"
                                + " go on for as many more, say run.epochs=3.");
    }

    private static List<String> toldOnResuming(Path run, TrainingSpec spec) {
        List<String> told = new ArrayList<>();
        try (RunFolder resumed = RunFolder.resume(run);
                TrainingRun training = TrainingRun.resume(spec, resumed)) {
            training.run(Map.of(), new RunListener() {
                @Override
                public void warned(String message) {
                    told.add(message);
                }
            });
        }
        return told;
    }

    /** The run had forced it to the disk before it saved: whatever cut it did so later. */
    @Test
    public void aLineThatASavedEpochLacksIsToldAndIsMadeAgainFromAnEarlierCheckpoint() throws IOException {
        Path whole = folder.resolve("whole-lines");
        train(spec(4, brightness(), FailurePolicy.FAIL), whole, -1);
        Path cut = folder.resolve("cut-line");
        train(spec(4, brightness(), FailurePolicy.FAIL), cut, 2);
        Path metrics = cut.resolve("metrics.jsonl");
        String lines = Files.readString(metrics);
        Files.writeString(metrics, lines.substring(0, lines.length() - 9));
        assertThat(toldOnResuming(cut, spec(4, brightness(), FailurePolicy.FAIL)))
                .singleElement()
                .asString()
                .startsWith(metrics + ": has no line of epoch 2, though the checkpoint that the run goes on from is of"
                        + " epoch 2")
                .contains("move the checkpoints of later epochs than 1 out of " + cut.resolve("checkpoints"));
        for (int epoch : List.of(2, 3, 4)) {
            Files.move(cut.resolve("checkpoints/epoch-000" + epoch), folder.resolve("moved-" + epoch));
        }
        assertThat(toldOnResuming(cut, spec(4, brightness(), FailurePolicy.FAIL)))
                .isEmpty();
        requireSame(cut, whole);
    }

    private void requireResumable(Supplier<TrainingSpec> spec) {
        Path whole = folder.resolve("whole");
        train(spec.get(), whole, -1);
        for (int stop = 1; stop < 4; stop++) {
            Path parts = folder.resolve("stopped-after-" + stop);
            train(spec.get(), parts, stop);
            resume(spec.get(), parts);
            requireSame(parts, whole);
        }
    }

    @Test
    public void batchesSideBySideGiveTheBitsOfOneAfterAnother() {
        // An update has two micro-batches and an epoch two batches; a sum of two does not depend on the order.
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        train(withBatches(1), one, -1);
        train(withBatches(2), two, -1);
        assertThat(rows(two)).isEqualTo(rows(one));
        assertThat(tensors(two.resolve("checkpoints/epoch-0003")))
                .isEqualTo(tensors(one.resolve("checkpoints/epoch-0003")));
        assertThat(two.resolve("samples.jsonl")).hasSameTextualContentAs(one.resolve("samples.jsonl"));
    }

    @Test
    public void threadsAreSharedOutAmongTheBatchesThatAnUpdateAndAnEpochHave() {
        TrainingSpec s = withBatches(0);
        assertThat(s.threads()).isEqualTo(new ThreadSettings(1, 1, 1));
        assertThat(withRun(s, new RunSettings(3, 7, Path.of("unused"), 6, 1, 0)).threads())
                .isEqualTo(new ThreadSettings(3, 1, 2));
        assertThat(withRun(s, new RunSettings(3, 7, Path.of("unused"), 6, 1, 4)).threads())
                .isEqualTo(new ThreadSettings(1, 1, 4));
    }

    @Test
    public void aWorkerHasLanesForItsPartAlone() {
        RunSettings six = new RunSettings(3, 7, Path.of("unused"), 6, 1, 0);
        ClusterSettings two = new ClusterSettings(List.of("a:1", "b:1"), 0, GradientSums.IN_ORDER, 1);
        assertThat(withRun(withBatches(0), six.trainedBy(two)).threads()).isEqualTo(new ThreadSettings(6, 1, 1));
    }

    @Test
    public void progressOfAResumedRunShowsTheLatestGold() {
        Path run = folder.resolve("run");
        train(withGold(), run, 2);
        List<Progress.Gold> shown = new ArrayList<>();
        try (RunFolder resumed = RunFolder.resume(run);
                TrainingRun training = TrainingRun.resume(withGold(), resumed)) {
            training.run(Map.of(), p -> shown.add(p.gold().orElseThrow()));
        }
        // Epoch 3 is not evaluated; its line shows what epoch 2 had, and says so.
        double before = rows(run).get(2).values().getOrDefault("gold/mean", Double.NaN);
        assertThat(shown.get(0)).isEqualTo(new Progress.Gold(2, before));
        assertThat(shown.get(1).epoch()).isEqualTo(4);
    }

    @Test
    public void theCriticLearnsFromKeptSamplesAlone() {
        // The policy rests, and what the critic shares with it is the same in both runs.
        try (Trainer with = new Trainer(withCritic(6, 32, 0));
                Trainer without = new Trainer(withCritic(6, 0, 0))) {
            double first = with.trainEpoch().metrics().getOrDefault("critic/replay_loss", Double.NaN);
            double last = first;
            for (int i = 0; i < 5; i++) {
                last = with.trainEpoch().metrics().getOrDefault("critic/replay_loss", Double.NaN);
            }
            assertThat(last).isLessThan(0.9 * first);
            assertThat(without.trainEpoch().metrics()).doesNotContainKey("critic/replay_loss");
        }
    }

    @Test
    public void stepsOfAnIntervalShareTheFeaturesOfTheFirst() {
        TrainingSpec spec = withCritic(2, 0, 0);
        try (Trainer trainer = new Trainer(spec)) {
            trainer.trainEpoch();
            trainer.trainEpoch();
            Rollout rollout = ((TinyActorCritic) spec.algorithm()).seen();
            HostTensor features = rollout.features().orElseThrow();
            for (int i = 0; i < rollout.samples(); i++) {
                float first = features.get(i * 3 * 2);
                assertThat(features.get((i * 3 + 1) * 2)).isEqualTo(first);
                assertThat(features.get((i * 3 + 2) * 2)).isNotEqualTo(first);
                float[] values = rollout.epochColumns().column(Rollout.VALUE)[i];
                // The critic has been fitted in the first epoch; it is affine in its features and knows no timestep.
                assertThat(values[0]).isNotZero();
                assertThat(values[1]).isEqualTo(values[0]);
                assertThat(values[2]).isNotEqualTo(values[0]);
            }
        }
    }

    @Test
    public void trainsTowardTheRewardAndReports() throws IOException {
        Path run = folder.resolve("run");
        RunOutcome outcome = train(spec(25, brightness(), FailurePolicy.FAIL), run, -1);
        List<MetricRow> rows = JsonlMetrics.read(run.resolve("metrics.jsonl"));
        double before = rows.get(0).values().getOrDefault("evaluation/train/mean", Double.NaN);
        double after = rows.get(25).values().getOrDefault("evaluation/train/mean", Double.NaN);
        assertThat(after).isGreaterThan(before + 0.02);
        assertThat(outcome.verdict()).isPresent();
        assertThat(Files.readString(run.resolve("report.html"))).contains("Before and after");
    }

    @Test
    public void ratioIsOneBeforeTheFirstUpdate() {
        try (Trainer trainer = new Trainer(spec(1, brightness(), FailurePolicy.FAIL, 0.0))) {
            // A learning rate of 0: every ratio of the epoch is that before an update.
            EpochResult result = trainer.trainEpoch();
            assertThat(result.metrics().getOrDefault("train/ratio_error", 1.0)).isLessThan(1e-6);
        }
    }

    @Test
    public void nanRewardFailsWithPromptAndRewardOrIsSkippedAndCounted() {
        Reward broken = broken();
        Path run = folder.resolve("run");
        Messages.assertMessage("reward-nan", run, () -> train(spec(3, broken, FailurePolicy.FAIL), run, -1));
        train(spec(3, broken(), FailurePolicy.SKIP), folder.resolve("skips"), -1);
        List<MetricRow> rows = JsonlMetrics.read(folder.resolve("skips/metrics.jsonl"));
        assertThat(rows.get(1).values()).containsKeys(MetricNames.EPOCH_SECONDS, MetricNames.EPOCH_CPU_SECONDS);
        assertThat(rows.get(2).values()).containsEntry("reward/skipped", 1.0);
        assertThat(rows.get(1).values()).containsEntry("reward/skipped", 0.0);
        assertThat(folder.resolve("skips/failures/epoch-0002-sample-0003-bright.png"))
                .exists();
    }

    @Test
    public void whatARewardThrowsIsToldWithItsPictureOrSkipped() {
        Path run = folder.resolve("run");
        Messages.assertMessage("reward-throws", run, () -> train(spec(3, throwing(), FailurePolicy.FAIL), run, -1));
        Path picture = run.resolve("failures/epoch-0002-sample-0003-bright.png");
        assertThat(PngFiles.notes(picture))
                .containsEntry("prompt", "red")
                .containsEntry("failure", "failed (java.lang.ArithmeticException: no brightness)");
        Path skips = folder.resolve("skips");
        train(spec(3, throwing(), FailurePolicy.SKIP), skips, -1);
        assertThat(JsonlMetrics.read(skips.resolve("metrics.jsonl")).get(2).values())
                .containsEntry("reward/skipped", 1.0);
    }

    @Test
    public void aRewardThatFailsInAnEvaluationLeavesTheEpochSaved() {
        Path run = folder.resolve("run");
        // The evaluation after epoch 2; 8 samples each.
        int[] scored = {0};
        Reward late = (HostReward) samples -> {
            scored[0] += samples.size();
            if (scored[0] > 8 + 2 * 8 + 4) {
                throw new UserException("the scorer is gone.");
            }
            return new float[samples.size()];
        };
        Messages.assertMessage(
                "reward-gone-in-evaluation", run, () -> train(spec(3, late, FailurePolicy.FAIL), run, -1));
        assertThat(run.resolve("checkpoints/epoch-0002/state.json")).exists();
    }

    /** Gives NaN for one sample of the second epoch of 8 samples, after an evaluation of 8. */
    private static Reward broken() {
        int[] scored = {0};
        return (HostReward) samples -> {
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] =
                        scored[0]++ == 8 + 8 + 3 ? Float.NaN : samples.get(i).rgb()[0];
            }
            return scores;
        };
    }

    /** The same, but it throws there; seeds tell a sample that is asked for again. */
    private static Reward throwing() {
        List<Long> seen = new ArrayList<>();
        return (HostReward) samples -> {
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                long seed = samples.get(i).seed();
                if (!seen.contains(seed)) {
                    seen.add(seed);
                }
                if (seen.indexOf(seed) == 8 + 8 + 3) {
                    throw new ArithmeticException("no brightness");
                }
                scores[i] = samples.get(i).rgb()[0];
            }
            return scores;
        };
    }

    private static TrainingSpec withBatches(int atATime) {
        return withRun(withCritic(3, 12, 0.05), new RunSettings(3, 7, Path.of("unused"), 1, 1, atATime));
    }

    private static TrainingSpec withRun(TrainingSpec s, RunSettings run) {
        return SpecCopy.of(s).run(run).build();
    }

    private static TrainingSpec withRewards(TrainingSpec s, List<NamedReward> rewards) {
        return SpecCopy.of(s).rewards(rewards).build();
    }

    /** Two rewards that are trained on; the weight of one is 0. */
    private static TrainingSpec combined(CombinationRule rule) {
        TrainingSpec s = spec(4, brightness(), FailurePolicy.FAIL);
        Reward red = (HostReward) samples -> {
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = 100 * samples.get(i).rgb()[0];
            }
            return scores;
        };
        List<NamedReward> rewards = new ArrayList<>(s.rewards());
        rewards.add(new NamedReward("red", new RewardSettings(RewardRole.TRAIN, 0, false, FailurePolicy.FAIL, 0), red));
        return SpecCopy.of(s)
                .combination(new CombinationSettings(rule, 1))
                .rewards(rewards)
                .build();
    }

    private static TrainingSpec withGold() {
        TrainingSpec s = spec(5, brightness(), FailurePolicy.FAIL);
        return SpecCopy.of(s).gold(Optional.of(brightness())).build();
    }
}
