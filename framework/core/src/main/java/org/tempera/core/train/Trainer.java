package org.tempera.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.core.checkpoint.CheckpointContent;
import org.tempera.core.checkpoint.NamedTensor;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.graph.Divergence;
import org.tempera.core.graph.StopSignal;
import org.tempera.core.json.PlainFields;
import org.tempera.core.learn.CriticRefit;
import org.tempera.core.learn.EpochData;
import org.tempera.core.learn.Learner;
import org.tempera.core.learn.UpdateProgress;
import org.tempera.core.metrics.MetricNames;
import org.tempera.core.prompt.CutPrompts;
import org.tempera.core.random.StatelessRandom;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.reward.RewardCombiner.Combined;
import org.tempera.core.rollout.RolloutCollector;
import org.tempera.core.rollout.SampleNoise;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.ndarray.Shape;

/**
 * The epoch loop: sample, score, compute targets, update. Everything that it draws is a function of (seed, epoch), so that
 * a run that was stopped and resumed gives the same bits as one that never stopped. Owns native memory.
 */
public final class Trainer implements AutoCloseable {
    private static final String ALGORITHM = "algorithm";
    private static final String COMBINATION = "combination";
    private static final String BEGUN = "begun_epoch";
    private static final String ROLLOUT = "rollout/";
    private static final String SAMPLING = "sampling";
    private static final String TRAINING_PHASE = "training";

    /** Metrics of updates that are finite numbers as long as the model is; what else a plugin logs is its own matter. */
    private static final Set<String> STANDARD = Set.of(
            "train/policy_loss",
            "train/approx_kl",
            "train/ratio_mean",
            Learner.RATIO_ERROR,
            "train/kl_to_reference",
            "critic/loss",
            CriticRefit.LOSS);

    private static final long PLAN_STREAM = 0x706c616eL;
    private static final long DROPOUT_STREAM = 0x64726f70L;
    private static final long REFIT_STREAM = 0x7265666974L;

    private final TrainingSpec spec;
    private final TrainingModel model;
    private final Algorithm algorithm;
    private final PromptSource prompts;
    private final RolloutCollector collector;
    private final RewardCombiner combiner;
    private final Evaluator evaluator;
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
        MemoryEstimate.of(spec).check();
        spec.threads().requireAllowed();
        algorithm = spec.algorithm();
        prompts = new PromptSource(
                spec.prompts(),
                spec.sampling().samplesPerEpoch(),
                spec.sampling().samplesPerPrompt(),
                spec.run().seed());
        combiner = new RewardCombiner(spec.rewards(), spec.combination());
        model = new TrainingModel(spec, combiner);
        collector = new RolloutCollector(
                model.drawer(), spec.policy().shape(), spec.run().seed());
        evaluator = new Evaluator(spec, model, combiner);
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

    /** Which prompts the policy, the rewards and gold read in part. */
    public CutPrompts cutPrompts() {
        CutPrompts cut = new CutPrompts();
        for (List<String> asked : List.of(spec.prompts(), spec.evaluationPrompts())) {
            cut.add(CutPrompts.POLICY, spec.policy()::leftOut, asked);
            cut.add(model.scorer().tokenizers(), asked);
        }
        if (spec.sampling().guidanceScale() > 1) {
            cut.add(
                    CutPrompts.NEGATIVE,
                    spec.policy()::leftOut,
                    List.of(spec.sampling().negativePrompt()));
        }
        model.gold().ifPresent(g -> cut.add(g.tokenizers(), spec.evaluationPrompts()));
        return cut;
    }

    /**
     * Asks it to stop at the end of its present step, which is a denoising step or an update; may be called from another
     * thread. It is then good for {@link #checkpoint} and {@link #export} only.
     */
    public void requestStop() {
        model.workers().stop().give();
    }

    boolean stopAsked() {
        return model.workers().stop().isGiven();
    }

    /**
     * Trains one epoch, or the rest of one that was stopped.
     *
     * @throws UserException if a reward is not finite and its policy is to fail, or the update diverged
     * @throws StopSignal.StoppedException if it was asked to stop; a checkpoint has what was done of the epoch
     */
    public EpochResult trainEpoch() {
        BegunEpoch now = begun.orElseGet(this::begin);
        begun = Optional.empty();
        Stopwatch watch = new Stopwatch(now.spent());
        try {
            return train(now, watch);
        } catch (Divergence e) {
            throw e.whileTraining();
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
        List<String> asked = prompts.epoch(epoch);
        return new BegunEpoch(
                algorithm.state(),
                collector.begin(asked, Map.of()),
                new Scoring(model, spec.run().seed(), epoch, asked.size()),
                new UpdateProgress(),
                Map.of(),
                IllegalStateException::new);
    }

    private static void sampled(BegunEpoch now, Stopwatch watch) {
        watch.lap(SAMPLING);
        watch.move(SAMPLING, "reward", now.scoring().seconds());
    }

    private EpochResult train(BegunEpoch now, Stopwatch watch) {
        long seed = spec.run().seed();
        int number = epoch + 1;
        Scoring scoring = now.scoring();
        unchanged = now.updates().done() == 0;
        if (!now.rollout().complete()) {
            collector.collect(model.session(), model.workers(), epoch, now.rollout(), scoring);
            sampled(now, watch);
        }
        Rollout rollout = now.rollout().rollout();
        Combined rewards = combiner.combine(scoring.scores(), scoring.failures());
        requireFinite(rollout);
        Targets targets = rewards.mask(algorithm.prepare(rollout, rewards.table()), rollout);
        List<Minibatch> plan =
                algorithm.plan(rollout.samples(), rollout.steps(), StatelessRandom.seed(seed, PLAN_STREAM, epoch));
        planned = plan.size();
        now.requireFits(plan);
        unchanged = false;
        EpochData data = new EpochData(
                rollout,
                targets,
                rewards.skipped(),
                model.schedule(),
                model.text(),
                spec.sampling().steeredFrom(),
                collector.noise(epoch),
                StatelessRandom.seed(seed, DROPOUT_STREAM, epoch));
        Map<String, Double> updates = algorithm.hasNothingToLearn(targets)
                ? Map.of()
                : model.learner().update(model.session(), model.workers(), data, plan, now.updates());
        // Before the parts that need finite numbers.
        requireFinite(number, updates, model.notFinite());
        epoch++;
        TreeMap<String, Double> metrics = new TreeMap<>(targets.metrics());
        metrics.putAll(updates);
        End end = new End(rollout, metrics);
        algorithm.endOfEpoch(end);
        end.edits.apply();
        // After the resets, so that a critic that was reset is fitted again before it is asked.
        model.learner().refit().ifPresent(r -> {
            Map<String, Double> refit = r.run(
                    model.session(),
                    algorithm,
                    data.withSeed(StatelessRandom.seed(seed, REFIT_STREAM, epoch)),
                    model.learner().steps());
            requireFinite(number, refit, model.notFiniteInCritic());
            metrics.putAll(refit);
        });
        watch.lap(TRAINING_PHASE);

        logRewards(rewards, metrics);
        metrics.put("train/optimizer_steps", (double) model.learner().steps());
        unchanged = true;
        Map<String, Double> seconds = watch.seconds();
        seconds.forEach((phase, s) -> metrics.put(MetricNames.TIME + phase, s));
        return new EpochResult(epoch, metrics, rollout.prompts(), rewards.byName(), scoring.failures(), seconds);
    }

    private static void logRewards(Combined rewards, Map<String, Double> metrics) {
        metrics.put(MetricNames.TRAIN_REWARD, Moments.mean(rewards.table().training()));
        metrics.put(
                MetricNames.TRAIN_REWARD_DEVIATION,
                Moments.deviation(rewards.table().training()));
        rewards.byName().forEach((name, values) -> metrics.put(MetricNames.reward(name), Moments.mean(values)));
        metrics.put("reward/skipped", (double) rewards.skippedCount());
    }

    /** Samples the evaluation's pictures with the present policy and scores them; changes nothing. */
    public Evaluation evaluate() {
        try {
            return evaluator.evaluate(epoch);
        } catch (Divergence e) {
            throw e.whileTraining();
        }
    }

    /** Standardises rewards by an evaluation's scores from now on, where that is asked for and nothing was trained before. */
    public void standardiseBy(Evaluation first) {
        combiner.fixScales(first.rewards());
    }

    /** Runs the first denoising step of a batch and forgets it: the end of start-up. */
    public void warmUp() {
        int[] samples = new int[model.drawer().batch()];
        model.drawer()
                .warmUp(
                        model.session(),
                        spec.prompts().get(0),
                        new SampleNoise(spec.policy().shape(), spec.run().seed(), Evaluator.STREAM, samples),
                        model.workers().stop());
    }

    /** Floating-point operations of the matrix products and convolutions of an epoch like the last one. */
    public double operationsPerEpoch() {
        int batches = spec.sampling().batchesPerEpoch();
        int steps = model.schedule().length();
        return batches
                        * (steps * model.drawer().sampler().operationsPerStep()
                                + model.scorer().operationsPerBatch())
                + planned * model.learner().operationsPerMinibatch();
    }

    /**
     * What must be saved to go on from here, be it from within an epoch.
     *
     * @param heldOut the held-out score of this epoch's evaluation, where there was one
     */
    public CheckpointContent checkpoint(OptionalDouble heldOut) {
        List<NamedTensor> tensors = new ArrayList<>();
        List<Parameter> state = model.learner().state();
        List<HostTensor> values = model.session().readAll(state);
        for (int i = 0; i < state.size(); i++) {
            tensors.add(NamedTensor.of(state.get(i).name(), values.get(i)));
        }
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("optimizer_steps", model.learner().steps());
        model.learner().refit().ifPresent(r -> {
            r.tensors().forEach((name, t) -> tensors.add(NamedTensor.of(name, t)));
            counters.putAll(r.counters());
        });
        begun.ifPresent(
                b -> b.rollout().tensors().forEach((name, t) -> tensors.add(NamedTensor.of(ROLLOUT + name, t))));
        Map<String, Object> algorithmState = begun.map(BegunEpoch::algorithm).orElseGet(algorithm::state);
        CheckpointContent content = new CheckpointContent(
                epoch,
                begun.isPresent(),
                tensors,
                Map.of(ALGORITHM, algorithmState, COMBINATION, combiner.state()),
                counters,
                heldOut,
                Map.of());
        return begun.map(b -> content.with(BEGUN, b.state())).orElse(content);
    }

    /**
     * Goes back to where a checkpoint was made.
     *
     * @throws UserException if it is damaged, or of another configuration
     */
    public void restore(SavedCheckpoint checkpoint) {
        Map<String, Shape> expected = new LinkedHashMap<>();
        for (Parameter p : model.learner().state()) {
            expected.put(p.name(), p.shape());
        }
        Optional<CriticRefit> refit = model.learner().refit();
        Set<String> replayed = new LinkedHashSet<>();
        refit.ifPresent(r -> r.tensors().forEach((name, t) -> {
            replayed.add(name);
            expected.put(name, Shape.of(Arrays.stream(t.shape()).asLongStream().toArray()));
        }));
        List<String> ofRollout = checkpoint.withinNext()
                ? checkpoint.tensors().names().stream()
                        .filter(name -> name.startsWith(ROLLOUT))
                        .toList()
                : List.of();
        ofRollout.forEach(
                name -> expected.put(name, checkpoint.tensors().info(name).shape()));
        checkpoint.requireTensors(expected);
        Map<Parameter, HostTensor> values = new LinkedHashMap<>();
        for (Parameter p : model.learner().state()) {
            values.put(p, checkpoint.tensor(p.name()));
        }
        model.session().writeAll(values);
        refit.ifPresent(r -> {
            Map<String, HostTensor> held = new LinkedHashMap<>();
            replayed.forEach(name -> held.put(name, checkpoint.tensor(name)));
            r.restore(held, checkpoint::counter);
        });
        checkpoint.restore(ALGORITHM, algorithm::restore);
        checkpoint.restore(COMBINATION, combiner::restore);
        model.learner().restoreSteps(checkpoint.counter("optimizer_steps"));
        epoch = checkpoint.epoch();
        if (checkpoint.withinNext()) {
            begun = Optional.of(begun(checkpoint, ofRollout));
        }
    }

    private BegunEpoch begun(SavedCheckpoint checkpoint, List<String> ofRollout) {
        List<String> asked = prompts.epoch(epoch);
        Map<String, HostTensor> rollout = new LinkedHashMap<>();
        ofRollout.forEach(name -> rollout.put(name.substring(ROLLOUT.length()), checkpoint.tensor(name)));
        try {
            BegunEpoch restored = BegunEpoch.of(
                    PlainFields.of(checkpoint.state(BEGUN)),
                    checkpoint.state(ALGORITHM),
                    collector.begin(asked, rollout),
                    new Scoring(model, spec.run().seed(), epoch, asked.size()),
                    problem -> checkpoint.doesNotFit("within its epoch, " + problem));
            requireWhole(restored);
            return restored;
        } catch (UserException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw checkpoint.doesNotFit("within its epoch, " + e.getMessage());
        } catch (RuntimeException e) {
            throw checkpoint.doesNotFit("within its epoch, " + e);
        }
    }

    /** Samples have their scores, and there are no updates before all are drawn. */
    private void requireWhole(BegunEpoch begun) {
        int samples = begun.rollout().prompts().size();
        Set<String> names = new LinkedHashSet<>();
        spec.rewards().forEach(r -> names.add(r.name()));
        new SampleScores(begun.scoring().scores(), begun.scoring().failures())
                .require(samples, begun.rollout().collected() == 0 ? Set.of() : names);
        int done = begun.updates().done();
        if (done > 0 && !begun.rollout().complete()) {
            throw new IllegalArgumentException(done + " micro-batches are done with "
                    + begun.rollout().collected() + " of " + samples + " samples");
        }
    }

    /** Writes the trained weights into a folder in the files that the field's other libraries read. */
    public Path export(Path folder) {
        List<Parameter> trained = model.network().trainable();
        List<HostTensor> values = model.session().readAll(trained);
        Map<String, HostTensor> byName = new LinkedHashMap<>();
        for (int i = 0; i < trained.size(); i++) {
            byName.put(trained.get(i).name(), values.get(i));
        }
        return model.network().export(folder, p -> {
            HostTensor read = byName.get(p.name());
            return read != null ? read : model.session().read(p);
        });
    }

    @Override
    public void close() {
        model.close();
    }

    private final class End implements EpochEnd {
        private final Rollout rollout;
        private final Map<String, Double> metrics;
        private final ParameterEdits edits = new ParameterEdits(model.session(), model.learner());

        End(Rollout rollout, Map<String, Double> metrics) {
            this.rollout = rollout;
            this.metrics = metrics;
        }

        @Override
        public int epoch() {
            return epoch;
        }

        @Override
        public long seed() {
            return spec.run().seed();
        }

        @Override
        public Rollout rollout() {
            return rollout;
        }

        @Override
        public Optional<Neurons> criticNeurons() {
            return model.criticNeurons().map(n -> n.of(model.session(), edits, rollout, model.schedule()));
        }

        @Override
        public List<Neurons> adapterNeurons() {
            return model.adapterNeurons()
                    .map(n -> n.of(model.session(), edits, rollout, model.schedule(), model.text()))
                    .orElse(List.of());
        }

        @Override
        public void metric(String name, double value) {
            metrics.put(name, value);
        }
    }

    /** What the critic or the log-probabilities of a policy give that has diverged. */
    private static void requireFinite(Rollout rollout) {
        rollout.columns().forEach((name, values) -> {
            if (!Divergence.isFinite(values.data())) {
                throw Divergence.of("numbers of the rollout's column '" + name + "'");
            }
        });
    }

    private static void requireFinite(int number, Map<String, Double> metrics, Optional<String> badParameter) {
        badParameter.ifPresent(name -> {
            throw Divergence.ofUpdate("parameter '" + name + "' is no longer finite in epoch " + number);
        });
        metrics.forEach((name, value) -> {
            if (STANDARD.contains(name) && !Double.isFinite(value)) {
                throw Divergence.ofUpdate(name + " is " + value + " in epoch " + number);
            }
        });
    }
}
