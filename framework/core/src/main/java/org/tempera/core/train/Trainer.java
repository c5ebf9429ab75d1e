package org.tempera.core.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.slf4j.LoggerFactory;
import org.tempera.core.checkpoint.CheckpointContent;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.learn.CheckedAlgorithm;
import org.tempera.core.learn.KeptRollouts;
import org.tempera.core.prompt.CutPrompts;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.core.rollout.Noise;
import org.tempera.core.rollout.SampleNoise;
import org.tempera.core.workers.Group;
import org.tempera.core.workers.Order;
import org.tempera.core.workers.Workers;
import org.tempera.graph.ComputeDevice;
import org.tempera.graph.Divergence;
import org.tempera.graph.StopSignal;
import org.tempera.spi.Checkpointable.UnfitStateException;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;

/**
 * The training of one policy, epoch by epoch ({@link EpochTraining}), and its evaluations. All that is drawn is a
 * function of (seed, epoch), so that a run that was stopped and resumed gives the same bits as one that never stopped.
 * Owns native memory.
 */
public final class Trainer implements AutoCloseable {
    private final TrainingSpec spec;
    private final TrainingModel model;
    private final Algorithm algorithm;
    private final Experience experience;
    private final RewardCombiner combiner;
    private final EvaluationPictures pictures;
    private final KeptRollouts kept;
    private final TrainerState state;
    /** One of the prompts that are encoded. */
    private final String encoded;

    private final SameWeights weights;

    /** Whether no weights were trained since they were compared. */
    private boolean agreed;

    private int epoch;
    private boolean unchanged = true;
    private int planned;
    private Optional<BegunEpoch> begun = Optional.empty();
    /** The algorithm's state before an epoch that failed with the weights unchanged; targets may have changed it. */
    private Optional<Map<String, Object>> beforeFailure = Optional.empty();

    /**
     * Builds the shared graph.
     *
     * @throws UserException if the parts do not fit together, or not into this machine's memory
     */
    public Trainer(TrainingSpec spec) {
        this(spec, Group.alone());
    }

    /**
     * Builds the shared graph of a run that several workers train.
     *
     * @param group this process among them; all have built theirs before any of them trains
     * @throws UserException if the parts do not fit together
     */
    public Trainer(TrainingSpec spec, Group group) {
        spec.check();
        this.spec = spec;
        algorithm = CheckedAlgorithm.of(spec.algorithm());
        Set<String> asked = Experience.prompts(spec);
        asked.addAll(EvaluationPictures.prompts(spec));
        encoded = asked.iterator().next();
        MemoryEstimate memory = MemoryEstimate.of(spec, asked.size() + 1);
        memory.check();
        spec.threads().requireAllowed();
        if (spec.run().cluster().index() == 0) {
            spec.idle().forEach(LoggerFactory.getLogger(Trainer.class)::warn);
        }
        combiner = new RewardCombiner(spec.rewards(), spec.combination());
        model = group.prepared(() -> loaded(group, asked, memory));
        experience = spec.learnsFromChoices() ? new ChosenPairs(spec, model) : new DrawnSamples(spec, model, combiner);
        pictures = new EvaluationPictures(spec, model, combiner);
        kept = new KeptRollouts(algorithm.keptSamples());
        state = new TrainerState(
                model.session(), model.learner(), model.copies(), algorithm, combiner, kept, spec.schedule(0));
        weights = new SameWeights(model.workers(), model.session(), state.parameters());
    }

    private TrainingModel loaded(Group group, Set<String> asked, MemoryEstimate memory) {
        TrainingModel built = new TrainingModel(spec, group, combiner);
        try {
            ComputeDevice.whyNoGpu(spec.threads()).ifPresent(LoggerFactory.getLogger(Trainer.class)::warn);
            MemoryEstimate whole = memory.withGradients(built.learner().exchangedBytes());
            whole.check();
            MemoryCheck.require(spec, built, whole);
            built.load(asked);
            return built;
        } catch (RuntimeException | Error e) {
            built.close();
            throw e;
        }
    }

    /** Epochs that are complete. */
    public int epoch() {
        return epoch;
    }

    /** Whether it was stopped within the epoch after the last complete one, to go on with it. */
    public boolean withinEpoch() {
        return begun.isPresent();
    }

    /** Whether the weights are those of the last complete epoch, so that they may be saved as such. */
    boolean unchangedSinceEpoch() {
        return unchanged;
    }

    /**
     * Asks it, and all other workers, to stop at the end of the present step, which is a denoising step or a
     * micro-batch; may be called from another thread. It is then good for {@link #checkpoint} and {@link #export} only.
     */
    public void requestStop() {
        workers().requestStop();
    }

    boolean stopAsked() {
        return model.lanes().stop().isGiven();
    }

    /** Trains one epoch, or the rest of one that was stopped, with nobody following. */
    public EpochResult trainEpoch() {
        return trainEpoch(new RunListener() {});
    }

    /**
     * Trains one epoch, or the rest of one that was stopped.
     *
     * @param listener told of batches and updates
     * @throws UserException if a reward is not finite and its policy is to fail, or the update diverged
     * @throws StopSignal.StoppedException if it was asked to stop; a checkpoint has what was done of the epoch
     */
    public EpochResult trainEpoch(RunListener listener) {
        lead(Order.Task.TRAIN);
        agree();
        BegunEpoch now = begun.orElseGet(this::begin);
        begun = Optional.empty();
        EpochTraining training = new EpochTraining(spec, model, algorithm, experience, kept, listener, now, epoch);
        boolean whole = false;
        agreed = false;
        try {
            EpochResult result = training.run();
            epoch++;
            whole = true;
            state.wentOn();
            return result;
        } catch (Divergence e) {
            throw state.withOrigin(e.whileTraining());
        } catch (UnfitStateException e) {
            throw state.damaged(e);
        } catch (StopSignal.StoppedException e) {
            begun = Optional.of(training.stopped());
            throw e;
        } finally {
            unchanged = whole || !training.hasUpdated();
            beforeFailure = whole || !unchanged ? Optional.empty() : Optional.of(now.algorithm());
            planned = training.planned();
        }
    }

    /** All workers train and measure the same weights. */
    private void agree() {
        if (!agreed) {
            weights.synchronise();
            agreed = true;
        }
    }

    private BegunEpoch begin() {
        return BegunEpoch.first(algorithm.state(), experience.begin(epoch));
    }

    /** Measures the present weights; changes nothing. */
    public Evaluation evaluate() {
        lead(Order.Task.EVALUATE);
        agree();
        try {
            Evaluation evaluation = spec.evaluator().evaluate(epoch, pictures);
            if (evaluation.epoch() != epoch) {
                throw new IllegalStateException("the evaluator "
                        + spec.evaluator().getClass().getName() + " was asked for epoch " + epoch
                        + ", and gave an evaluation of epoch " + evaluation.epoch());
            }
            return evaluation;
        } catch (Divergence e) {
            throw e.whileTraining();
        }
    }

    /**
     * Standardises rewards by an evaluation's scores from now on, where that is asked for and nothing was trained
     * before.
     */
    public void standardiseBy(Evaluation first) {
        lead(Order.Task.STANDARDISE);
        combiner.fixScales(first.rewards());
    }

    /** Which prompts the policy, the rewards and gold read in part. */
    public CutPrompts cutPrompts() {
        return model.cutPrompts(spec);
    }

    /** Runs the first denoising step of a batch and forgets it: the end of start-up. */
    public void warmUp() {
        int[] samples = new int[model.drawer().batch()];
        Noise noise = new SampleNoise(spec.policy().shape(), spec.run().seed(), EvaluationPictures.STREAM, samples);
        model.drawer().warmUp(model.session(), encoded, noise, model.lanes().stop());
    }

    /** Floating-point operations of the matrix products and convolutions of an epoch like the last one. */
    public double operationsPerEpoch() {
        return (experience.scored() ? spec.sampling().batchesPerEpoch() * model.operationsPerBatch() : 0)
                + planned * model.learner().operationsPerMinibatch();
    }

    /**
     * What must be saved to go on from here, be it from within an epoch.
     *
     * @param heldOut the held-out score of this epoch's evaluation, where there was one
     */
    public CheckpointContent checkpoint(OptionalDouble heldOut) {
        Map<String, Object> algorithmState =
                begun.map(BegunEpoch::algorithm).or(() -> beforeFailure).orElseGet(algorithm::state);
        return state.save(epoch, begun, algorithmState, heldOut);
    }

    /**
     * Goes back to where a checkpoint was made.
     *
     * @throws UserException if it is damaged, or of another configuration
     */
    public void restore(SavedCheckpoint checkpoint) {
        if (lead(Order.Task.RESTORE)) {
            new CheckpointCopy(workers()).send(checkpoint.folder());
        }
        takeBack(checkpoint);
    }

    private void takeBack(SavedCheckpoint checkpoint) {
        begun = state.restore(checkpoint, experience::begin).filter(saved -> goesOn(saved, checkpoint));
        beforeFailure = Optional.empty();
        epoch = checkpoint.epoch();
    }

    /**
     * Whether an epoch goes on as it was saved. A score that would end it is asked for again, for it may be there by
     * now, as where a server is back; but weights that have learnt from the epoch's samples must not draw them again.
     *
     * @throws UserException if they have learnt without such a score, as was allowed then
     */
    private boolean goesOn(BegunEpoch saved, SavedCheckpoint checkpoint) {
        Optional<ScoreFailure> fatal =
                combiner.fatal(saved.scoring().failures()).stream().findFirst();
        if (fatal.isPresent() && saved.updates().hasTouchedWeights()) {
            throw checkpoint.doesNotFit("in the epoch that was begun, the weights have learnt from samples without"
                    + " a score of '" + fatal.get().reward() + "', whose on-failure was skip and is fail now");
        }
        return fatal.isEmpty();
    }

    /**
     * Takes weights and all that goes with them from a checkpoint of this run, and goes on counting epochs: those that
     * follow draw other samples than the first time.
     *
     * @throws UserException as {@link #restore}
     */
    void rollBack(SavedCheckpoint checkpoint) {
        if (lead(Order.Task.ROLL_BACK)) {
            new CheckpointCopy(workers()).send(checkpoint.folder());
        }
        int complete = epoch;
        takeBack(checkpoint);
        epoch = complete;
        begun = Optional.empty();
        unchanged = true;
    }

    /** Writes the trained weights into a folder in the files that the field's other libraries read. */
    public Path export(Path folder) {
        return model.export(folder);
    }

    /** This process among those that train the run. */
    Workers workers() {
        return model.workers();
    }

    /** Tells the other workers what is done next, where this is the first of several; whether it is. */
    private boolean lead(Order.Task task) {
        boolean leads = workers().many() && workers().first();
        if (leads) {
            workers().next(Order.of(task));
        }
        return leads;
    }

    /** Tells the other workers, where this is the first of several, how the run has ended. */
    void end(String how) {
        if (workers().many() && workers().first() && !workers().parted()) {
            try {
                workers().next(new Order(Order.Task.END, how));
            } catch (UserException e) {
                // Nothing was asked of them any more, and what was trained is saved.
                LoggerFactory.getLogger(Trainer.class)
                        .warn("the run has ended, and not all workers heard of it: {}", e.getMessage());
            }
            workers().part();
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
