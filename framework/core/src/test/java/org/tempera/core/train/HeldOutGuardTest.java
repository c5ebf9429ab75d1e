package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.DetectorSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.HeldOutWeights;
import org.tempera.core.config.OnAlarm;
import org.tempera.core.config.OnFall;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.reward.NamedReward;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.GraphReward;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** What a run does when its held-out score falls: darkness is held out where brightness is trained on. */
public class HeldOutGuardTest {
    private static final int EPOCHS = 14;

    private Path folder;
    private final List<String> warnings = new ArrayList<>();

    @BeforeClass
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterClass(alwaysRun = true)
    public void deleteFolder() {
        Messages.delete(folder);
    }

    @Test
    public void aFallIsToldAndChangesNothing() {
        RunOutcome warned = train(spec(OnFall.WARN, 3), "warned", -1);
        assertThat(warnings).hasSizeBetween(1, EPOCHS);
        assertThat(warnings.get(0)).contains("the held-out score changed by -").contains("from its best, at epoch 0");
        assertThat(warned.ended()).isEmpty();
        RunOutcome silent = train(spec(OnFall.NOTHING, 3), "silent", -1);
        assertThat(warnings).isEmpty();
        assertThat(silent.epochs()).isEqualTo(EPOCHS);
        assertThat(TinyRuns.rows(folder.resolve("silent"))).isEqualTo(TinyRuns.rows(folder.resolve("warned")));
    }

    @Test
    public void aRunEndsAtAFallAndDoesNotGoOnUnlessToldTo() {
        TrainingSpec spec = spec(OnFall.STOP, 3);
        RunOutcome ended = train(spec, "ended", -1);
        assertThat(ended.epochs()).isLessThan(EPOCHS);
        assertThat(ended.stopped()).isFalse();
        assertThat(ended.ended()).hasValueSatisfying(why -> assertThat(why)
                .startsWith("after epoch " + ended.epochs() + ", for the held-out score changed by -"));
        assertThat(folder.resolve("ended/report.html")).content().contains("the held-out score changed by -");
        RunOutcome again = TinyRuns.resume(spec, folder.resolve("ended"));
        assertThat(again.epochs()).isEqualTo(ended.epochs());
        assertThat(again.ended()).isEqualTo(ended.ended());
        RunOutcome on = TinyRuns.resume(spec(OnFall.WARN, 3), folder.resolve("ended"));
        assertThat(on.epochs()).isEqualTo(EPOCHS);
        assertThat(on.ended()).isEmpty();
    }

    /** There is nothing to end then; without a word the strict settings would say less than the default. */
    @Test
    public void aFallAtTheLastEpochIsToldWhateverIsToFollow() {
        int fell = train(spec(OnFall.STOP, 3), "first-fall", -1).epochs();
        for (OnFall then : List.of(OnFall.STOP, OnFall.ROLL_BACK)) {
            RunOutcome outcome = train(spec(then, 3, fell), "last-" + then, -1);
            assertThat(outcome.ended()).isEmpty();
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .startsWith("epoch " + fell + ": the held-out score changed by -")
                    .endsWith("and this was its last epoch.");
        }
    }

    /** The best is that of epoch 0 where the score only falls; of it there is no checkpoint. */
    @Test
    public void aRunThatHasNothingToGoBackToEnds() {
        RunOutcome ended = train(spec(OnFall.ROLL_BACK, 3), "nothing", -1);
        assertThat(ended.ended()).hasValueSatisfying(why -> assertThat(why)
                .endsWith("; of epoch 0 there is no checkpoint to go back to"));
    }

    /** What it saved for the stop is no place to go back to: a run that never stopped has none. */
    @Test(dependsOnMethods = "aRunThatHasNothingToGoBackToEnds")
    public void aStopBeforeTheFirstEpochChangesNothing() {
        TrainingSpec spec = spec(OnFall.ROLL_BACK, 3);
        Path path = folder.resolve("early");
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec, run)) {
                RunOutcome stopped = training.run(Map.of(), new RunListener() {
                    @Override
                    public void evaluated(Evaluation evaluation) {
                        training.requestStop();
                    }
                });
                assertThat(stopped.stoppedAt()).hasValue("before the first epoch");
            }
        }
        assertThat(TinyRuns.checkpoints(path)).containsExactly("epoch-0000");
        RunOutcome ended = TinyRuns.resume(spec, path);
        assertThat(ended.ended()).hasValueSatisfying(why -> assertThat(why)
                .endsWith("; of epoch 0 there is no checkpoint to go back to"));
        assertThat(TinyRuns.rows(path)).isEqualTo(TinyRuns.rows(folder.resolve("nothing")));
        assertThat(TinyRuns.checkpoints(path)).isEqualTo(TinyRuns.checkpoints(folder.resolve("nothing")));
    }

    /** A held-out score that is best at one epoch and falls from there. */
    @Test
    public void aRunGoesBackToItsBestCheckpoint() {
        TrainingSpec spec = rising(spec(OnFall.ROLL_BACK, 1));
        RunOutcome outcome = train(spec, "back", -1);
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).endsWith("Training goes on from there (roll-back 1 of at most 1).");
        int fell = fallOf(folder.resolve("back"));
        List<MetricRow> rows = TinyRuns.rows(folder.resolve("back"));
        double before = rows.get(fell).values().get(MetricNames.OPTIMIZER_STEPS);
        double after = rows.get(fell + 1).values().get(MetricNames.OPTIMIZER_STEPS);
        assertThat(after).as("optimiser steps go on from those of the best").isLessThan(before);
        String bright = MetricNames.evaluation("bright");
        assertThat(rows.get(fell + 1).values().get(bright))
                .as("weights are near those of the best again")
                .isLessThan(rows.get(fell - 1).values().get(bright));
        assertThat(rows.stream().map(r -> r.values().get(MetricNames.reward("bright"))))
                .as("the epochs that follow draw other samples")
                .doesNotHaveDuplicates();
        assertThat(outcome.ended()).hasValueSatisfying(why -> assertThat(why)
                .endsWith("; it was rolled back 1 times before (evaluation.most-roll-backs)"));
        assertThat(folder.resolve("back/report.html")).content().contains("rolled back");
        double to = rows.get(fell + 1).values().get(MetricNames.ROLLED_BACK_TO);
        assertThat(rows.stream().filter(r -> r.values().containsKey(MetricNames.ROLLED_BACK_TO)))
                .hasSize(1);
        assertThat(outcome.verdict().orElseThrow().lines())
                .anyMatch(line -> line.startsWith(
                        "The run went back after epoch " + fell + " to epoch " + (int) to + " (evaluation.on-fall"));
    }

    /** Saved with the fall and gone on from, it goes back all the same. */
    @Test(dependsOnMethods = "aRunGoesBackToItsBestCheckpoint")
    public void aStopBetweenFallAndRollBackChangesNothing() {
        TrainingSpec spec = rising(spec(OnFall.ROLL_BACK, 1));
        int fell = fallOf(folder.resolve("back"));
        RunOutcome stopped = train(spec, "stopped", fell);
        assertThat(stopped.stopped()).isTrue();
        assertThat(warnings).isEmpty();
        TinyRuns.resume(spec, folder.resolve("stopped"));
        assertThat(TinyRuns.rows(folder.resolve("stopped"))).isEqualTo(TinyRuns.rows(folder.resolve("back")));
        assertThat(TinyRuns.tensors(last("stopped"))).isEqualTo(TinyRuns.tensors(last("back")));
    }

    @Test
    public void whatNeedsAHeldOutScoreOrABestCheckpointIsRefusedWithoutOne() {
        TrainingSpec judged = spec(OnFall.STOP, 3);
        TrainingSpec unjudged = SpecCopy.of(judged)
                .rewards(List.of(judged.rewards().get(0)))
                .checkpoint(new CheckpointSettings(1, 5, 0))
                .build();
        assertThatThrownBy(unjudged::check)
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "evaluation.on-fall: expected nothing or warn where no held-out reward is evaluated (a reward with"
                                + " role = held-out, and evaluation.every above 0), found stop\n"
                                + "evaluation.on-fall: expected nothing or warn where no best checkpoint is kept"
                                + " (checkpoint.keep-best = 0), found stop");
    }

    @Test
    public void whatEndsARunNeedsPairsEnoughToBeShown() {
        TrainingSpec few = SpecCopy.of(spec(OnFall.STOP, 3))
                .evaluation(new EvaluationSettings(1, Optional.empty(), 7, 1, 1))
                .build();
        TrainingSpec ends = SpecCopy.of(few)
                .evaluation(
                        few.evaluation().with(new DetectorSettings(OnFall.ROLL_BACK, 3, OnAlarm.STOP, OnAlarm.WARN)))
                .build();
        assertThatThrownBy(ends::check)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("evaluation.samples: expected at least 8 where evaluation.on-fall = roll-back,")
                .hasMessageContaining("evaluation.samples: expected at least 8 where evaluation.on-drift = stop, for"
                        + " fewer pairs show nothing, found 7")
                .hasMessageNotContaining("on-steepening");
        few.check();
    }

    /** One judge that agrees with the training reward counts for nothing, and the other decides alone. */
    @Test
    public void judgesMayBeWeighedByTheirIndependence() {
        assertThat(train(twoJudges(OnFall.STOP, HeldOutWeights.EQUAL), "equal", -1)
                        .ended())
                .as("one falls as much as the other rises")
                .isEmpty();
        RunOutcome ended = train(twoJudges(OnFall.STOP, HeldOutWeights.INDEPENDENCE), "weighed", -1);
        RunOutcome alone = train(spec(OnFall.STOP, 3), "one-judge", -1);
        assertThat(ended.ended()).isEqualTo(alone.ended()).isPresent();
        assertThat(ended.verdict().orElseThrow().heldOutScore())
                .isEqualTo(alone.verdict().orElseThrow().heldOutScore());
        assertThat(ended.verdict().orElseThrow().notes())
                .contains("In the held-out score they weigh by independence: dark 1.00, bright-again 0.00.");
        TinyRuns.resume(twoJudges(OnFall.WARN, HeldOutWeights.INDEPENDENCE), folder.resolve("weighed"));
        train(twoJudges(OnFall.WARN, HeldOutWeights.INDEPENDENCE), "whole", -1);
        assertThat(warnings)
                .contains("In the held-out score they weigh by independence: dark 1.00, bright-again 0.00.");
        assertThat(TinyRuns.rows(folder.resolve("weighed")))
                .as("a resumed run weighs alike")
                .isEqualTo(TinyRuns.rows(folder.resolve("whole")));
    }

    private static TrainingSpec twoJudges(OnFall then, HeldOutWeights weights) {
        TrainingSpec spec = spec(then, 3);
        List<NamedReward> rewards = new ArrayList<>(spec.rewards());
        rewards.add(new NamedReward(
                "bright-again",
                new RewardSettings(RewardRole.HELD_OUT, 1, false, FailurePolicy.FAIL, 0),
                TinyRuns.brightness()));
        return SpecCopy.of(spec)
                .rewards(rewards)
                .evaluation(spec.evaluation().weighing(weights))
                .build();
    }

    @Test
    public void dataIsSharedWithRewardsOfTheRun() {
        TrainingSpec spec = spec(OnFall.WARN, 3);
        NamedReward dark = spec.rewards().get(1);
        TrainingSpec wrong = SpecCopy.of(spec)
                .rewards(List.of(
                        spec.rewards().get(0),
                        new NamedReward("dark", dark.settings().sharing(List.of("brihgt")), dark.reward())))
                .build();
        assertThatThrownBy(wrong::check)
                .isInstanceOf(UserException.class)
                .hasMessage("rewards.dark.shares-data-with: expected names of other rewards of the run, found brihgt");
    }

    private Path last(String run) {
        return OwnFiles.list(folder.resolve(run).resolve("checkpoints")).stream()
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** The epoch after which a run was rolled back. */
    private static int fallOf(Path run) {
        String page = OwnFiles.readText(run.resolve("report.html"));
        return Integer.parseInt(page.replaceAll("(?s).*after epoch (\\d+) to epoch \\d+.*", "$1"));
    }

    private RunOutcome train(TrainingSpec spec, String name, int stopAfter) {
        warnings.clear();
        try (RunFolder run = RunFolder.create(folder.resolve(name))) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec, run)) {
                return training.run(Map.of(), new RunListener() {
                    @Override
                    public void warned(String message) {
                        warnings.add(message);
                    }

                    @Override
                    public void epochDone(Progress progress) {
                        if (progress.epoch() == stopAfter) {
                            training.requestStop();
                        }
                    }
                });
            }
        }
    }

    private static TrainingSpec spec(OnFall then, int rollBacks) {
        return spec(then, rollBacks, EPOCHS);
    }

    private static TrainingSpec spec(OnFall then, int rollBacks, int epochs) {
        TrainingSpec tiny = TinyRuns.spec(epochs, TinyRuns.brightness(), FailurePolicy.FAIL, 0.2);
        return SpecCopy.of(tiny)
                .evaluation(new EvaluationSettings(1, Optional.empty(), 8, 3, 4)
                        .with(new DetectorSettings(then, rollBacks, OnAlarm.NOTHING, OnAlarm.NOTHING)))
                .checkpoint(new CheckpointSettings(1, 5, 3))
                .rewards(List.of(tiny.rewards().get(0), heldOut(0)))
                .build();
    }

    /** Best near a brightness that training goes through. */
    private static TrainingSpec rising(TrainingSpec spec) {
        return SpecCopy.of(spec)
                .rewards(List.of(spec.rewards().get(0), heldOut(0.6f)))
                .build();
    }

    /**
     * A held-out reward.
     *
     * @param place the brightness that it likes best; 0 for darkness
     */
    private static NamedReward heldOut(float place) {
        return new NamedReward(
                "dark",
                new RewardSettings(RewardRole.HELD_OUT, 1, false, FailurePolicy.FAIL, 0),
                GraphReward.of((scope, in) -> {
                    var tf = scope.tf();
                    var bright = tf.math.mean(in.images(), tf.constant(new int[] {1, 2, 3}));
                    return tf.math.neg(tf.math.abs(tf.math.sub(bright, tf.constant(place))));
                }));
    }
}
