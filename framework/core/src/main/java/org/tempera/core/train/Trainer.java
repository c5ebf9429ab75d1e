package org.tempera.core.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.checkpoint.CheckpointContent;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.config.FollowUnit;
import org.tempera.core.learn.CheckedAlgorithm;
import org.tempera.core.learn.EpochData;
import org.tempera.core.prompt.CutPrompts;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.reward.RewardCombiner.Combined;
import org.tempera.core.rollout.Noise;
import org.tempera.core.rollout.SampleNoise;
import org.tempera.graph.Divergence;
import org.tempera.graph.StopSignal;
import org.tempera.spi.Checkpointable.UnfitStateException;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/**
 * The epoch loop: sample, score, compute targets, update. Everything that it draws is a function of (seed, epoch), so that
 * a run that was stopped and resumed gives the same bits as one that never stopped. Owns native memory.
 */
public final class Trainer implements AutoCloseable {
    private static final String SAMPLING = "sampling";
    private static final String TRAINING_PHASE = "training";

    private static final long PLAN_STREAM = 0x706c616eL;
    private static final long DROPOUT_STREAM = 0x64726f70L;
    private static final long REFIT_STREAM = 0x7265666974L;

    private final TrainingSpec spec;
    private final TrainingModel model;
    private final Algorithm algorithm;
    private final Experience experience;
    private final RewardCombiner combiner;
    private final EvaluationPictures pictures;
    private final TrainerState state;
    private int epoch;
    private boolean unchanged = true;
    private int planned;
    private Optional<BegunEpoch> begun = Optional.empty();

    /**
     * Builds the shared graph.
     *
     * @throws UserException if the parts do not fit together
     */
    public Trainer(TrainingSpec spec) {
        spec.check();
        this.spec = spec;
        algorithm = CheckedAlgorithm.of(spec.algorithm());
        Set<String> asked = Experience.prompts(spec);
        asked.addAll(EvaluationPictures.prompts(spec));
        MemoryEstimate.of(spec, asked.size() + 1).check();
        spec.threads().requireAllowed();
        combiner = new RewardCombiner(spec.rewards(), spec.combination());
        model = new TrainingModel(spec, combiner, asked);
        experience = spec.learnsFromChoices() ? new ChosenPairs(spec, model) : new DrawnSamples(spec, model, combiner);
        pictures = new EvaluationPictures(spec, model, combiner);
        state = new TrainerState(model.session(), model.learner(), model.copies(), algorithm, combiner);
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
     * Asks it to stop at the end of its present step, which is a denoising step or an update; may be called from another
     * thread. It is then good for {@link #checkpoint} and {@link #export} only.
     */
    public void requestStop() {
        model.lanes().stop().give();
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
        BegunEpoch now = begun.orElseGet(this::begin);
        begun = Optional.empty();
        Stopwatch watch = new Stopwatch(now.spent(), spec.clock());
        try {
            EpochResult result = train(now, watch, listener);
            state.wentOn();
            return result;
        } catch (Divergence e) {
            throw state.withOrigin(e.whileTraining());
        } catch (UnfitStateException e) {
            throw state.damaged(e);
        } catch (StopSignal.StoppedException e) {
            if (now.rollout().complete()) {
                watch.lap(TRAINING_PHASE);
            } else {
                sampled(now, watch);
            }
            begun = Optional.of(now.after(watch.seconds()));
            throw e;
        }
    }

    private BegunEpoch begin() {
        TrainerState.Begin parts = experience.begin(epoch);
        return BegunEpoch.first(algorithm.state(), parts.rollout().apply(Map.of()), parts.scoring());
    }

    private static void sampled(BegunEpoch now, Stopwatch watch) {
        watch.lap(SAMPLING);
        watch.move(SAMPLING, "reward", now.scoring().seconds());
    }

    private EpochResult train(BegunEpoch now, Stopwatch watch, RunListener listener) {
        EpochMetrics metrics = new EpochMetrics(epoch + 1);
        unchanged = now.updates().done() == 0;
        Rollout rollout = collect(now, watch, listener);
        Combined rewards = experience.rewards(now);
        EpochMetrics.requireFinite(rollout);
        EpochColumns columns = rollout.epochColumns();
        Targets targets = rewards.mask(algorithm.prepare(columns, rewards.table()), columns);
        EpochData data = data(now, rollout, targets, rewards);
        metrics.values().putAll(targets.metrics());
        metrics.addUpdates(update(now, data, listener), model.notFinite());
        epoch++;
        EndOfEpoch end = new EndOfEpoch(model, epoch, spec.run().seed(), data, metrics.values());
        algorithm.endOfEpoch(end);
        end.apply();
        model.copies().follow(model.session(), FollowUnit.EPOCHS, epoch);
        // After the resets, so that a critic that was reset is fitted again before it is asked.
        model.learner()
                .refit()
                .ifPresent(critic -> metrics.addUpdates(
                        critic.run(
                                model.session(),
                                algorithm,
                                data.withSeed(seed(REFIT_STREAM)),
                                model.learner().steps()),
                        model.notFiniteInCritic()));
        watch.lap(TRAINING_PHASE);
        if (experience.scored()) {
            metrics.addRewards(rewards);
        }
        metrics.values()
                .put(MetricNames.OPTIMIZER_STEPS, (double) model.learner().steps());
        unchanged = true;
        Map<String, Double> seconds = watch.seconds();
        metrics.addTimes(seconds);
        return new EpochResult(
                epoch,
                metrics.values(),
                rollout.prompts(),
                rewards.byName(),
                now.scoring().failures(),
                seconds);
    }

    private Rollout collect(BegunEpoch now, Stopwatch watch, RunListener listener) {
        if (!now.rollout().complete()) {
            experience.collect(epoch, now, listener);
            sampled(now, watch);
        }
        return now.rollout().rollout();
    }

    private Map<String, Double> update(BegunEpoch now, EpochData data, RunListener listener) {
        List<Minibatch> plan = algorithm.plan(shape(data.rollout()), seed(PLAN_STREAM));
        planned = plan.size();
        now.requireFits(plan);
        unchanged = false;
        return algorithm.hasNothingToLearn(data.targets())
                ? Map.of()
                : model.learner().update(model.session(), model.lanes(), data, plan, now.updates(), done -> {
                    model.copies()
                            .follow(
                                    model.session(),
                                    FollowUnit.UPDATES,
                                    model.learner().steps());
                    listener.updated(epoch + 1, done, plan.size());
                });
    }

    private EpochShape shape(Rollout rollout) {
        return new EpochShape(
                rollout.samples(),
                rollout.steps(),
                rollout.stochasticSteps(),
                spec.epoch().samplesPerPrompt());
    }

    private EpochData data(BegunEpoch now, Rollout rollout, Targets targets, Combined rewards) {
        return new EpochData(
                rollout,
                targets,
                rewards.skipped(),
                now.rollout().schedule(),
                model.text(),
                experience.noise(epoch),
                seed(DROPOUT_STREAM));
    }

    private long seed(long stream) {
        return StatelessRandom.seed(spec.run().seed(), stream, epoch);
    }

    /** Measures the present weights; changes nothing. */
    public Evaluation evaluate() {
        try {
            return spec.evaluator().evaluate(epoch, pictures);
        } catch (Divergence e) {
            throw e.whileTraining();
        }
    }

    /** Standardises rewards by an evaluation's scores from now on, where that is asked for and nothing was trained before. */
    public void standardiseBy(Evaluation first) {
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
        model.drawer()
                .warmUp(
                        model.session(),
                        spec.prompts().get(0),
                        noise,
                        model.lanes().stop());
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
        return state.save(epoch, begun, heldOut);
    }

    /**
     * Goes back to where a checkpoint was made.
     *
     * @throws UserException if it is damaged, or of another configuration
     */
    public void restore(SavedCheckpoint checkpoint) {
        begun = state.restore(checkpoint, experience::begin);
        epoch = checkpoint.epoch();
    }

    /** Writes the trained weights into a folder in the files that the field's other libraries read. */
    public Path export(Path folder) {
        return model.export(folder);
    }

    @Override
    public void close() {
        model.close();
    }
}
