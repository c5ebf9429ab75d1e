package org.tempera.core.train;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.tempera.base.concurrent.Background;
import org.tempera.core.checkpoint.CheckpointContent;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.Retention;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.OnFall;
import org.tempera.core.reward.RewardFailure;
import org.tempera.core.reward.ScoreFailures;
import org.tempera.core.workers.Group;
import org.tempera.graph.Divergence;
import org.tempera.graph.StopSignal;
import org.tempera.record.metrics.MetricSink;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFolder;
import org.tempera.record.run.TrainedFiles;
import org.tempera.record.verdict.HeldOutScore;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * A training run with its folder: trains, evaluates, records and saves until the last epoch or until asked to stop. An
 * epoch is recorded with its evaluation; what is done and not recorded yet goes into the checkpoint.
 */
public final class TrainingRun implements AutoCloseable {
    private static final String UNRECORDED = "unrecorded_epoch";

    private final TrainingSpec spec;
    private final RunFolder folder;
    private final Trainer trainer;
    private final RunRecorder recorder;
    private final CheckpointStore checkpoints;
    private final AlarmGuard guard;
    private Optional<EpochResult> unrecorded;
    private Optional<String> saved = Optional.empty();
    private int savedEpoch = -1;
    private RunListener listener = new RunListener() {};
    /** What the folder's logs lack of epochs that are complete, a sentence each. */
    private final List<String> lost;

    private TrainingRun(
            TrainingSpec spec,
            RunFolder folder,
            Trainer trainer,
            CheckpointStore checkpoints,
            Optional<EpochResult> unrecorded,
            Optional<Supplier<Ruler>> ruler,
            List<MetricSink> sinks,
            boolean resumed) {
        this.spec = spec;
        this.folder = folder;
        this.trainer = trainer;
        this.checkpoints = checkpoints;
        this.guard = new AlarmGuard(spec.evaluation().detectors(), trainer, checkpoints);
        this.unrecorded = unrecorded;
        if (resumed) {
            lost = folder.rewindTo(recordedEpochs());
        } else {
            folder.makeRoom();
            lost = List.of();
        }
        this.recorder = RunRecorder.open(folder, spec, ruler, sinks, recordedEpochs(), resumed);
    }

    /**
     * Builds a new run in a folder that was made for it; the caller keeps the folder's lock. What measures its
     * evaluations is not recorded.
     */
    public static TrainingRun start(TrainingSpec spec, RunFolder folder) {
        return start(spec, folder, Optional.empty(), List.of());
    }

    /**
     * The same.
     *
     * @param ruler gives, and may take its time for it, what measures the evaluations
     * @param sinks take the run's numbers and pictures besides its folder; closed with the run
     */
    public static TrainingRun start(
            TrainingSpec spec, RunFolder folder, Optional<Supplier<Ruler>> ruler, List<MetricSink> sinks) {
        return start(spec, Group.alone(), folder, ruler, sinks);
    }

    /**
     * The same for a run that several workers train; this is the first of them.
     *
     * @param group this process among them
     */
    public static TrainingRun start(
            TrainingSpec spec, Group group, RunFolder folder, Optional<Supplier<Ruler>> ruler, List<MetricSink> sinks) {
        Trainer trainer = new Trainer(spec, group);
        try {
            return new TrainingRun(spec, folder, trainer, store(spec, folder), Optional.empty(), ruler, sinks, false);
        } catch (RuntimeException | Error e) {
            trainer.workers().failed(e);
            trainer.close();
            throw e;
        }
    }

    /** Builds a run that goes on from its newest checkpoint; what was logged after it is taken back. */
    public static TrainingRun resume(TrainingSpec spec, RunFolder folder) {
        return resume(spec, folder, Optional.empty(), List.of());
    }

    /**
     * The same, with what measures the evaluations: the caller has seen to it that it is what measured those before.
     */
    public static TrainingRun resume(
            TrainingSpec spec, RunFolder folder, Optional<Supplier<Ruler>> ruler, List<MetricSink> sinks) {
        return resume(spec, Group.alone(), folder, ruler, sinks);
    }

    /**
     * The same for a run that several workers train; this is the first of them.
     *
     * @param group this process among them
     */
    public static TrainingRun resume(
            TrainingSpec spec, Group group, RunFolder folder, Optional<Supplier<Ruler>> ruler, List<MetricSink> sinks) {
        CheckpointStore store = store(spec, folder);
        store.recover();
        Trainer trainer = new Trainer(spec, group);
        try (SavedCheckpoint checkpoint = store.openLatest()) {
            trainer.restore(checkpoint);
            TrainingRun run =
                    new TrainingRun(spec, folder, trainer, store, unrecorded(spec, checkpoint), ruler, sinks, true);
            try {
                run.guard.restore(checkpoint, run.recorder.firstSigns());
            } catch (RuntimeException | Error e) {
                run.recorder.close();
                throw e;
            }
            run.hasSaved();
            return run;
        } catch (RuntimeException | Error e) {
            trainer.workers().failed(e);
            trainer.close();
            throw e;
        }
    }

    /**
     * Fails for a run that stopped before its first checkpoint.
     *
     * @throws UserException that says how to begin again
     */
    public static void requireSaved(TrainingSpec spec, RunFolder folder) {
        CheckpointStore store = store(spec, folder);
        store.recover();
        store.requireLatest();
    }

    private static Optional<EpochResult> unrecorded(TrainingSpec spec, SavedCheckpoint checkpoint) {
        if (!checkpoint.hasState(UNRECORDED)) {
            return Optional.empty();
        }
        try {
            EpochResult result = EpochResult.of(PlainFields.of(checkpoint.state(UNRECORDED)));
            Set<String> rewards = new TreeSet<>();
            if (!spec.learnsFromChoices()) {
                spec.rewards().forEach(r -> rewards.add(r.name()));
            }
            result.require(checkpoint.epoch(), spec.sampling().samplesPerEpoch(), rewards);
            return Optional.of(result);
        } catch (UserException e) {
            throw e;
        } catch (RuntimeException e) {
            throw checkpoint.doesNotFit("in its epoch, which is to be recorded, " + e.getMessage());
        }
    }

    /**
     * Asks the run to stop at the end of its present step, which is a denoising step or a micro-batch, saved; may be
     * called from another thread. A reward that goes on computing on the host is not waited for.
     */
    public void requestStop() {
        trainer.requestStop();
    }

    /**
     * Trains until the last epoch, in a thread of its own: an interrupt would break what it writes. If the caller's
     * thread is interrupted, the run is asked to stop; the thread is interrupted still when this returns.
     *
     * @param facts what was run, for the report: name to value
     * @param follower is told of all that the run does
     * @throws UserException if it cannot go on; what was complete before is saved
     */
    public RunOutcome run(Map<String, String> facts, RunListener follower) {
        listener = follower;
        return Background.start("tempera-run", () -> led(facts)).await(this::requestStop);
    }

    /** The same, followed from epoch to epoch. */
    public RunOutcome run(Map<String, String> facts, Consumer<Progress> epochs) {
        return run(facts, RunListener.ofEpochs(epochs));
    }

    /** Other workers, where there are some, hear how it ends. */
    private RunOutcome led(Map<String, String> facts) {
        try {
            RunOutcome outcome = toTheEnd(facts);
            trainer.end(outcome.stoppedAt().map(where -> "stopped " + where).orElse(WorkerRun.COMPLETE));
            return outcome;
        } catch (RuntimeException | Error e) {
            trainer.workers().failed(e);
            throw e;
        }
    }

    private RunOutcome toTheEnd(Map<String, String> facts) {
        Optional<String> stoppedAt = Optional.empty();
        recorder.describe(recordedEpochs());
        try {
            train();
            if (trainer.epoch() < spec.run().epochs() && guard.ended().isEmpty()) {
                stoppedAt =
                        Optional.of(trainer.epoch() == 0 ? "before the first epoch" : "after epoch " + trainer.epoch());
            }
        } catch (StopSignal.StoppedException e) {
            stoppedAt = Optional.of(place());
            saveInterim(UnaryOperator.identity());
        }
        if (savedEpoch != trainer.epoch()) {
            saveInterim(UnaryOperator.identity());
        }
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.put("epochs", recordedEpochs() + " of " + spec.run().epochs());
        all.putAll(guard.facts());
        try {
            // What was trained, before what is told of it.
            TrainedFiles.write(folder, trainer::export);
            Optional<RunVerdict> verdict = recorder.report(all);
            return new RunOutcome(folder.path(), recordedEpochs(), stoppedAt, guard.ended(), verdict);
        } catch (UserException e) {
            throw saveBefore(e);
        }
    }

    private void train() {
        lost.forEach(listener::warned);
        if (trainer.epoch() == 0 && spec.evaluation().every() > 0 && !recorder.evaluated()) {
            Evaluation first = evaluate();
            trainer.standardiseBy(first);
            judged(Optional.of(first));
            if (spec.evaluation().detectors().onFall() != OnFall.NOTHING) {
                recorder.notes(first).forEach(listener::warned);
            }
        }
        if (trainer.epoch() > 0
                && unrecorded.isEmpty()
                && trainer.epoch() >= spec.run().epochs()) {
            listener.warned(
                    "nothing is trained: " + trainer.epoch() + " epochs are complete, and run.epochs, which counts"
                            + " these, is " + spec.run().epochs() + ". To go on for as many more, say run.epochs="
                            + (trainer.epoch() + spec.run().epochs()) + ".");
        }
        Optional<Progress.Gold> gold = recorder.latestGold();
        double secondsSpent = 0;
        int done = 0;
        while (unrecorded.isPresent()
                || (trainer.epoch() < spec.run().epochs() && !trainer.stopAsked() && guard.goesOn(listener))) {
            EpochResult result = unrecorded.isPresent() ? unrecorded.get() : trainEpoch();
            unrecorded = Optional.of(result);
            Instant begin = spec.clock().instant();
            Optional<Evaluation> evaluation =
                    evaluationDue(result.epoch()) ? Optional.of(evaluate()) : Optional.empty();
            OptionalDouble heldOut = judged(evaluation);
            unrecorded = Optional.empty();
            if (evaluation.isPresent()) {
                gold = gold(evaluation.get());
            }
            boolean last = result.epoch() == spec.run().epochs();
            // An evaluated epoch is saved, for the verdict may call it the best.
            if (last
                    || evaluation.isPresent()
                    || result.epoch() % spec.checkpoint().every() == 0) {
                save(guard.with(trainer.checkpoint(heldOut)), UnaryOperator.identity());
            }
            double epochSeconds = result.seconds().getOrDefault("epoch", 0.0);
            secondsSpent += epochSeconds
                    + Duration.between(begin, spec.clock().instant()).toNanos() / 1e9;
            done++;
            listener.epochDone(new Progress(
                    result.epoch(),
                    spec.run().epochs(),
                    reward(result),
                    gold,
                    Progress.Constraint.of(result.metrics()),
                    result.prompts().size() / epochSeconds,
                    secondsSpent / done * (spec.run().epochs() - result.epoch())));
        }
        if (done > 0 && trainer.epoch() >= spec.run().epochs()) {
            guard.atLast(listener);
        }
    }

    /** Records an epoch with its evaluation; gives the held-out score by which the best checkpoints are kept. */
    private OptionalDouble judged(Optional<Evaluation> evaluation) {
        if (evaluation.isEmpty()) {
            record(Optional.empty());
            return OptionalDouble.empty();
        }
        Optional<double[]> scores = recorder.heldOut(evaluation.get());
        AlarmGuard.Seen seen = guard.look(evaluation.get(), scores);
        record(Optional.of(seen));
        warnOfMissing(evaluation.get());
        // What is not recorded will be evaluated again, and must not be taken in twice.
        guard.take(seen, listener);
        return scores.isPresent() ? OptionalDouble.of(HeldOutScore.mean(scores.get())) : OptionalDouble.empty();
    }

    private void warnOfMissing(Evaluation evaluation) {
        String where = "evaluation " + RunRecorder.heading(evaluation.epoch());
        if (!evaluation.failures().isEmpty()) {
            listener.warned(ScoreFailures.warning(
                    where,
                    "Its means and intervals are without them. The first of the pictures are in the run folder's"
                            + " failures.",
                    evaluation.failures()));
        }
        evaluation
                .gold()
                .map(Moments::missing)
                .filter(missing -> missing > 0)
                .ifPresent(missing -> listener.warned(
                        where + ": " + missing + " gold score(s) are missing, and its mean is without them."));
    }

    private static OptionalDouble reward(EpochResult result) {
        Double reward = result.metrics().get(MetricNames.TRAIN_REWARD);
        return reward == null ? OptionalDouble.empty() : OptionalDouble.of(reward);
    }

    private EpochResult trainEpoch() {
        try {
            return guard.marked(trainer.trainEpoch(listener));
        } catch (UserException e) {
            throw saveBefore(withPictures(e, Sample.Phase.TRAIN, trainer.epoch() + 1));
        }
    }

    /** Where the run is, for people. */
    private String place() {
        if (trainer.withinEpoch()) {
            return "within epoch " + (trainer.epoch() + 1);
        }
        return trainer.epoch() == 0 ? "before the first epoch" : "in the evaluation after epoch " + trainer.epoch();
    }

    private int recordedEpochs() {
        return trainer.epoch() - (unrecorded.isPresent() ? 1 : 0);
    }

    /** The trainer, for embedders who want to look closer. */
    public Trainer trainer() {
        return trainer;
    }

    @Override
    public void close() {
        recorder.close();
        trainer.close();
    }

    private Evaluation evaluate() {
        try {
            return trainer.evaluate();
        } catch (UserException e) {
            throw saveBefore(withPictures(e, Sample.Phase.EVALUATION, trainer.epoch()));
        }
    }

    /** Where the log cannot be written, the checkpoint may still have room. */
    private void record(Optional<AlarmGuard.Seen> evaluated) {
        intoFolder(
                () -> {
                    recorder.record(unrecorded, evaluated);
                    evaluated.map(AlarmGuard.Seen::evaluation).ifPresent(listener::evaluated);
                },
                this::saveBefore);
    }

    /**
     * Writes into the folder, while it is there: that it has gone says more than what this led to.
     *
     * @param failed what is thrown for a failure of another cause
     */
    private void intoFolder(Runnable write, UnaryOperator<UserException> failed) {
        folder.requireThere();
        try {
            write.run();
        } catch (UserException e) {
            folder.requireThere();
            throw failed.apply(e);
        }
    }

    private UserException withPictures(UserException e, Sample.Phase phase, int epoch) {
        return e instanceof RewardFailure failure
                ? new UserException(failure.message(recorder.failures(phase, epoch, failure.failures())), e)
                : e;
    }

    private boolean evaluationDue(int epoch) {
        EvaluationSettings e = spec.evaluation();
        return e.every() > 0 && (epoch % e.every() == 0 || epoch == spec.run().epochs());
    }

    /** What there is, where no checkpoint is due. */
    private void saveInterim(UnaryOperator<UserException> failed) {
        save(guard.with(trainer.checkpoint(OptionalDouble.empty())).asInterim(), failed);
    }

    private void save(CheckpointContent content, UnaryOperator<UserException> failed) {
        intoFolder(
                () -> {
                    recorder.ruler(); // whoever goes on from the checkpoint asks for it, evaluated or not
                    listener.saved(checkpoints.save(unrecorded
                            .map(result -> content.with(UNRECORDED, result.state()))
                            .orElse(content)));
                },
                failed);
        hasSaved();
    }

    /** The newest checkpoint is of where the run is. */
    private void hasSaved() {
        savedEpoch = trainer.epoch();
        saved = trainer.withinEpoch()
                ? Optional.of("Epoch " + (savedEpoch + 1) + " is saved as far as it had come")
                : Optional.of(
                        savedEpoch > 0
                                ? "Epoch " + savedEpoch + " is saved"
                                : "What there was before the first epoch is saved");
    }

    /**
     * An epoch that failed before its updates has changed nothing: what was complete can still be saved.
     *
     * @return the failure with what is saved
     * @throws UserException with why nothing more could be saved
     */
    private UserException saveBefore(UserException cause) {
        boolean news = savedEpoch != trainer.epoch() || unrecorded.isPresent();
        if (trainer.unchangedSinceEpoch() && news && trainer.epoch() > 0) {
            saveInterim(e -> {
                // What keeps a run from being saved is why it does not go on, though the other may pass.
                UserException unsaved = new UserException(cause.getMessage() + "\n" + e.getMessage(), e, e.remedies());
                unsaved.addSuppressed(cause);
                return unsaved;
            });
        }
        if (saved.isEmpty()) {
            return mayBeBegunAgain(cause)
                    ? new UserException(
                            cause.getMessage() + "\nThere is no checkpoint yet: begin again.",
                            cause,
                            List.of(Remedy.of(Remedy.Action.OVERWRITE_RUN), Remedy.of(Remedy.Action.TAKE_FREE_NAME)))
                    : cause;
        }
        if (cause instanceof Divergence) {
            return new UserException(
                    cause.getMessage() + "\n" + saved.get() + ", and its weights may have gone too far already: begin"
                            + " again with what is lowered, or resume " + folder.path() + " with it.",
                    cause,
                    List.of(Remedy.of(Remedy.Action.OVERWRITE_RUN), Remedy.of(Remedy.Action.TAKE_FREE_NAME)));
        }
        return new UserException(
                cause.getMessage() + "\n" + saved.get() + ". Resume " + folder.path() + " to go on from there.",
                cause,
                List.of(Remedy.resume(folder.path())));
    }

    /** Whether all there is to do is to begin again: a lost worker says so itself, and other causes are mended. */
    private static boolean mayBeBegunAgain(UserException e) {
        return e instanceof Divergence || (e.getCause() instanceof RewardFailure failure && failure.isPassing());
    }

    private static Optional<Progress.Gold> gold(Evaluation evaluation) {
        return evaluation.gold().map(scores -> new Progress.Gold(evaluation.epoch(), Moments.mean(scores)));
    }

    private static CheckpointStore store(TrainingSpec spec, RunFolder folder) {
        return new CheckpointStore(
                folder.checkpoints(),
                new Retention(spec.checkpoint().keepLast(), spec.checkpoint().keepBest()));
    }
}
