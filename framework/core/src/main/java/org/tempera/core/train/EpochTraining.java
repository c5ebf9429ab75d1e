package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.learn.EpochData;
import org.tempera.core.learn.KeptRollouts;
import org.tempera.core.reward.RewardCombiner.Combined;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.core.reward.ScoreFailures;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.FollowUnit;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/**
 * One epoch, or the rest of one that was stopped: the picture of docs/architecture.md, a line for each arrow. What it
 * draws is a function of (seed, epoch).
 */
final class EpochTraining {
    private static final String SAMPLING = "sampling";
    private static final String TRAINING = "training";

    private static final long PLAN_STREAM = 0x706c616eL;
    private static final long DROPOUT_STREAM = 0x64726f70L;
    private static final long REFIT_STREAM = 0x7265666974L;

    /** What sampling and training differ by, as far as an epoch learns from its own steps alone. */
    private static final Set<String> ERRORS = Set.of(
            MetricNames.RATIO_ERROR,
            MetricNames.ON_POLICY_RATIO_ERROR,
            MetricNames.LOG_PROB_ERROR,
            MetricNames.ON_POLICY_LOG_PROB_ERROR);

    private final TrainingSpec spec;
    private final TrainingModel model;
    private final Algorithm algorithm;
    private final Experience experience;
    private final KeptRollouts kept;
    private final RunListener listener;
    private final BegunEpoch begun;
    private final int complete;
    private final EpochMetrics metrics;
    private final Stopwatch watch;
    private boolean edited;
    private int planned;

    /** @param complete epochs that were complete before */
    EpochTraining(
            TrainingSpec spec,
            TrainingModel model,
            Algorithm algorithm,
            Experience experience,
            KeptRollouts kept,
            RunListener listener,
            BegunEpoch begun,
            int complete) {
        this.spec = spec;
        this.model = model;
        this.algorithm = algorithm;
        this.experience = experience;
        this.kept = kept;
        this.listener = listener;
        this.begun = begun;
        this.complete = complete;
        metrics = new EpochMetrics(complete + 1);
        watch = new Stopwatch(begun.spent(), spec.clock());
    }

    EpochResult run() {
        Rollout rollout = collect();
        Combined rewards = experience.rewards(begun);
        warnOfMissing(begun.scoring().failures(), rewards);
        Targets targets = prepare(rollout, rewards);
        EpochData data = data(rollout, targets, rewards);
        update(kept.before(data, complete, experience::noise));
        endOfEpoch(data);
        refitCritic(data);
        kept.add(data, complete);
        return result(rollout, rewards);
    }

    /** Whether the weights have changed since the last complete epoch, or may have, as by an update that failed. */
    boolean hasUpdated() {
        return edited || begun.updates().hasTouchedWeights();
    }

    /** Micro-batches of the epoch's plan; 0 before it is made. */
    int planned() {
        return planned;
    }

    /** The epoch as far as it came, to go on with it after a stop. */
    BegunEpoch stopped() {
        if (begun.rollout().complete()) {
            watch.lap(TRAINING);
        } else {
            sampled();
        }
        return begun.after(watch.seconds());
    }

    private Rollout collect() {
        if (!begun.rollout().complete()) {
            experience.collect(complete, begun, listener);
            sampled();
        }
        return begun.rollout().rollout();
    }

    private void sampled() {
        watch.lap(SAMPLING);
        watch.move(SAMPLING, "reward", begun.scoring().seconds());
    }

    private void warnOfMissing(List<ScoreFailure> failures, Combined rewards) {
        if (!failures.isEmpty()) {
            String so = rewards.skippedCount() == 0
                    ? "No sample is left out of the update for it."
                    : rewards.skippedCount() + " of " + rewards.skipped().length
                            + " samples lack one of a reward that is trained on or a constraint, and teach nothing.";
            listener.warned(ScoreFailures.warning(
                    "epoch " + (complete + 1),
                    so + " The first of the pictures will be in the run folder's failures at the end of the epoch.",
                    failures));
        }
    }

    private Targets prepare(Rollout rollout, Combined rewards) {
        EpochMetrics.requireFinite(rollout);
        EpochColumns columns = rollout.epochColumns();
        Targets targets = rewards.mask(algorithm.prepare(columns, rewards.table()), columns);
        metrics.values().putAll(targets.metrics());
        return targets;
    }

    private EpochData data(Rollout rollout, Targets targets, Combined rewards) {
        return new EpochData(
                rollout,
                targets,
                rewards.skipped(),
                begun.rollout().schedule(),
                model.text(),
                experience.noise(complete),
                seed(DROPOUT_STREAM, complete));
    }

    private void update(EpochData data) {
        Rollout rollout = data.rollout();
        EpochShape shape = new EpochShape(
                rollout.samples(),
                rollout.steps(),
                rollout.stochasticSteps(),
                spec.epoch().samplesPerPrompt());
        List<Minibatch> plan = algorithm.plan(shape, seed(PLAN_STREAM, complete));
        planned = plan.size();
        begun.requireFits(plan);
        if (complete == 0) {
            RoundedRatios.warning(spec.run().precision(), algorithm, plan).ifPresent(listener::warned);
        }
        Map<String, Double> losses = algorithm.hasNothingToLearn(data.targets())
                ? Map.of()
                : model.learner().update(model.session(), data, plan, begun.updates(), this::followed);
        metrics.addUpdates(kept.isEmpty() ? losses : withoutErrors(losses), model.notFinite());
    }

    /** Kept steps are of other weights: what their ratios are off by tells their age, and nothing of the arithmetic. */
    private static Map<String, Double> withoutErrors(Map<String, Double> losses) {
        Map<String, Double> others = new LinkedHashMap<>(losses);
        others.keySet().removeAll(ERRORS);
        return others;
    }

    /** @param done micro-batches of the plan */
    private void followed(int done) {
        model.copies()
                .follow(model.session(), FollowUnit.UPDATES, model.learner().steps());
        listener.updated(complete + 1, done, planned);
    }

    private void endOfEpoch(EpochData data) {
        EndOfEpoch end = new EndOfEpoch(model, complete + 1, spec.run().seed(), data, metrics.values());
        algorithm.endOfEpoch(end);
        edited = true;
        end.apply();
        model.copies().follow(model.session(), FollowUnit.EPOCHS, complete + 1);
    }

    /** Fits the critic after the resets, so that one that was reset is fitted again before it is asked. */
    private void refitCritic(EpochData data) {
        model.learner()
                .refitCritic(model.session(), algorithm, data.withSeed(seed(REFIT_STREAM, complete + 1)))
                .ifPresent(losses -> metrics.addUpdates(losses, model.notFiniteInCritic()));
        watch.lap(TRAINING);
    }

    private EpochResult result(Rollout rollout, Combined rewards) {
        if (experience.scored()) {
            metrics.addRewards(rollout.prompts(), rewards);
        }
        metrics.values()
                .put(MetricNames.OPTIMIZER_STEPS, (double) model.learner().steps());
        Map<String, Double> seconds = watch.seconds();
        metrics.addTimes(seconds);
        return new EpochResult(
                complete + 1,
                metrics.values(),
                rollout.prompts(),
                rewards.byName(),
                begun.scoring().failures(),
                seconds);
    }

    private long seed(long stream, int epoch) {
        return StatelessRandom.seed(spec.run().seed(), stream, epoch);
    }
}
