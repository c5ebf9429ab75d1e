package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.Retention;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.metrics.MetricNames;
import org.tempera.core.metrics.Sample;
import org.tempera.core.reward.RewardFailure;
import org.tempera.core.run.RunFolder;
import org.tempera.core.verdict.RunVerdict;
import org.tempera.spi.UserException;

/** A training run with its folder: trains, evaluates, records and saves until the last epoch or until asked to stop. */
public final class TrainingRun implements AutoCloseable {
    private final TrainingSpec spec;
    private final RunFolder folder;
    private final Trainer trainer;
    private final RunRecorder recorder;
    private final CheckpointStore checkpoints;
    private volatile boolean stopAsked;
    private int saved = -1;

    private TrainingRun(TrainingSpec spec, RunFolder folder, Trainer trainer, CheckpointStore checkpoints) {
        this.spec = spec;
        this.folder = folder;
        this.trainer = trainer;
        this.checkpoints = checkpoints;
        this.recorder = new RunRecorder(folder, spec, trainer.epoch());
    }

    /** Builds a new run in a folder that was made for it; the caller keeps the folder's lock. */
    public static TrainingRun start(TrainingSpec spec, RunFolder folder) {
        return new TrainingRun(spec, folder, new Trainer(spec), store(spec, folder));
    }

    /** Builds a run that goes on from its newest checkpoint; what was logged after it is taken back. */
    public static TrainingRun resume(TrainingSpec spec, RunFolder folder) {
        CheckpointStore store = store(spec, folder);
        Trainer trainer = new Trainer(spec);
        try (SavedCheckpoint checkpoint = store.openLatest()) {
            trainer.restore(checkpoint);
            folder.rewindTo(trainer.epoch());
            TrainingRun run = new TrainingRun(spec, folder, trainer, store);
            run.saved = trainer.epoch();
            return run;
        } catch (RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /** Asks the run to stop after the present epoch, saved; may be called from another thread. */
    public void requestStop() {
        stopAsked = true;
    }

    /**
     * Trains until the last epoch.
     *
     * @param facts what was run, for the report: name to value
     * @throws UserException if it cannot go on; what was complete before is saved
     */
    public RunOutcome run(Map<String, String> facts, Consumer<Progress> listener) {
        OptionalDouble gold = trainer.epoch() > 0 ? recorder.latestGold() : OptionalDouble.empty();
        OptionalDouble heldOut = OptionalDouble.empty();
        if (trainer.epoch() == 0 && spec.evaluation().every() > 0) {
            Evaluation first = evaluate();
            recorder.heldOut(first);
            gold = gold(first);
            recorder.record(Optional.empty(), Optional.of(first));
        }
        double secondsSpent = 0;
        int done = 0;
        while (trainer.epoch() < spec.run().epochs() && !stopAsked) {
            EpochResult result;
            try {
                result = trainer.trainEpoch();
            } catch (UserException e) {
                throw saveBefore(withPictures(e, Sample.Phase.TRAIN, trainer.epoch() + 1));
            }
            long begin = System.nanoTime();
            Optional<Evaluation> evaluation =
                    evaluationDue(result.epoch()) ? Optional.of(evaluate()) : Optional.empty();
            recorder.record(Optional.of(result), evaluation);
            if (evaluation.isPresent()) {
                gold = gold(evaluation.get());
                heldOut = recorder.heldOut(evaluation.get());
            }
            boolean last = result.epoch() == spec.run().epochs();
            // An evaluated epoch is saved, for the verdict may call it the best.
            if (last
                    || stopAsked
                    || evaluation.isPresent()
                    || result.epoch() % spec.checkpoint().every() == 0) {
                save(evaluation.isPresent() ? heldOut : OptionalDouble.empty());
            }
            double epochSeconds = result.seconds().getOrDefault("epoch", 0.0);
            secondsSpent += epochSeconds + (System.nanoTime() - begin) / 1e9;
            done++;
            listener.accept(new Progress(
                    result.epoch(),
                    spec.run().epochs(),
                    result.metrics().getOrDefault(MetricNames.TRAIN_REWARD, Double.NaN),
                    gold,
                    result.prompts().size() / epochSeconds,
                    secondsSpent / done * (spec.run().epochs() - result.epoch())));
        }
        if (saved != trainer.epoch()) {
            save(OptionalDouble.empty());
        }
        boolean stopped = trainer.epoch() < spec.run().epochs();
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.put("epochs", trainer.epoch() + " of " + spec.run().epochs());
        Optional<RunVerdict> verdict = recorder.report(all);
        trainer.export(folder.path().resolve("trained"));
        return new RunOutcome(folder.path(), trainer.epoch(), stopped, verdict);
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

    private UserException withPictures(UserException e, Sample.Phase phase, int epoch) {
        return e instanceof RewardFailure failure
                ? new UserException(failure.message(recorder.failures(phase, epoch, failure.failures())), e)
                : e;
    }

    private boolean evaluationDue(int epoch) {
        EvaluationSettings e = spec.evaluation();
        return e.every() > 0 && (epoch % e.every() == 0 || epoch == spec.run().epochs());
    }

    private void save(OptionalDouble heldOut) {
        checkpoints.save(trainer.checkpoint(heldOut));
        saved = trainer.epoch();
    }

    /** An epoch that failed before its updates has changed nothing: what was complete can still be saved. */
    private UserException saveBefore(UserException cause) {
        if (trainer.unchangedSinceEpoch() && saved != trainer.epoch() && trainer.epoch() > 0) {
            save(OptionalDouble.empty());
        }
        if (saved <= 0) {
            return cause;
        }
        return new UserException(
                cause.getMessage() + "\nEpoch " + saved + " is saved. Continue with: tempera train --resume "
                        + folder.path(),
                cause);
    }

    private static OptionalDouble gold(Evaluation evaluation) {
        float[] scores = evaluation.scores().get(Trainer.GOLD);
        return scores == null ? OptionalDouble.empty() : OptionalDouble.of(Moments.mean(scores));
    }

    private static CheckpointStore store(TrainingSpec spec, RunFolder folder) {
        return new CheckpointStore(
                folder.checkpoints(),
                new Retention(spec.checkpoint().keepLast(), spec.checkpoint().keepBest()));
    }
}
