package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.reward.RewardGradient;
import org.tempera.core.rollout.Schedule;
import org.tempera.graph.Divergence;
import org.tempera.graph.Lanes;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyShape;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Runs an algorithm's updates: one program run for each micro-batch, side by side where several belong to one update,
 * and one for the optimiser's step.
 */
public final class Learner {
    private final MinibatchInputs inputs;
    private final List<Program<UpdateFeeds, UpdateFetches>> accumulate = new ArrayList<>();
    private final Program<ApplyFeeds, ApplyFetches> apply;
    private final AdamW policyOptimizer;
    private final Optional<AdamW> criticOptimizer;
    private final Optional<CriticRefit> refit;
    private final CheckedAlgorithm algorithm;
    private final Set<String> columnsRead;
    private final Optional<String> readOfNoise;
    private final OptimizerSettings settings;
    private final List<Parameter> ownParameters;
    private long steps;

    record UpdateFeeds(Map<String, Object> inputs) {}

    record UpdateFetches(Map<String, HostTensor> metrics, Map<String, HostTensor> rows) {}

    record ApplyFeeds(Map<String, HostTensor> optimizer) {}

    record ApplyFetches(Map<String, HostTensor> norms) {}

    /**
     * Builds the algorithm's loss, its gradients and the optimisers.
     *
     * @param columnShapes shapes of the rollout's columns, each {@code [batch]} or {@code [batch, ...]}
     * @param columnsOfNoise those of them that are 0 at steps without noise
     * @param rewards the combined reward with its gradient; absent where the algorithm needs none
     * @param reducer what gradients pass before the optimisers
     * @param lanes micro-batches of an update that may run side by side
     * @param maySkip whether {@link #update} may be told of samples to skip, for which the graph needs further
     *     operations
     */
    public Learner(
            TrainingGraph graph,
            PolicyShape shape,
            GuidedStep step,
            Optional<CriticNetwork> critic,
            Algorithm plugin,
            SamplingSettings sampling,
            OptimizerSettings settings,
            Map<String, int[]> columnShapes,
            Set<String> columnsOfNoise,
            Optional<RewardGradient> rewards,
            GradientReducer reducer,
            int lanes,
            boolean maySkip) {
        algorithm = CheckedAlgorithm.of(plugin);
        this.settings = settings;
        MinibatchGraph minibatch = new MinibatchGraph(
                graph,
                algorithm.batchSize(),
                shape,
                new MinibatchGraph.Parts(
                        step,
                        critic,
                        algorithm.needs().contains(Need.PAIRS) ? 0 : sampling.steps(),
                        columnShapes,
                        columnsOfNoise,
                        rewards,
                        maySkip,
                        sampling.eta() > 0));
        Losses losses = algorithm.build(minibatch);
        inputs = minibatch.inputs();
        columnsRead = minibatch.columnsRead();
        readOfNoise = minibatch.readOfNoise();
        ownParameters = minibatch.ownParameters();
        List<Parameter> policyParameters = new ArrayList<>(step.policy().trainable());
        policyParameters.addAll(ownParameters);
        policyOptimizer = new AdamW(graph, "policy", policyParameters, settings, settings.policyRate(), lanes, reducer);
        List<Operand<TFloat32>> policyGradients = graph.gradients(losses.policy(), values(policyParameters));
        criticOptimizer = critic.filter(c -> losses.critic().isPresent())
                .map(c -> new AdamW(
                        graph, "critic", c.trainable(), settings, settings.criticLearningRate(), lanes, reducer));
        List<Operand<TFloat32>> criticGradients = criticOptimizer
                .map(o -> graph.gradients(
                        losses.critic().orElseThrow(),
                        values(o.slots().stream().map(AdamW.Slot::parameter).toList())))
                .orElse(List.of());

        refit = criticOptimizer
                .filter(o -> algorithm.replayedSamples() > 0)
                .map(o -> new CriticRefit(
                        graph,
                        inputs,
                        losses.critic().orElseThrow(),
                        criticGradients,
                        o,
                        new CriticReplay(
                                algorithm.replayedSamples(),
                                sampling.steps(),
                                critic.orElseThrow().featureWidth())));
        GraphScope scope = graph.scope().child("learner");
        for (int i = 0; i < lanes; i++) {
            int lane = i;
            Program.Builder<UpdateFeeds, UpdateFetches> a = Program.define(
                            "accumulate gradients", UpdateFeeds.class, UpdateFetches.class)
                    .feedMap("inputs", inputs.operands());
            a.fetchMap("metrics", losses.metrics())
                    .fetchMap("rows", losses.rows())
                    .target(policyOptimizer.accumulate(scope, policyGradients, lane));
            criticOptimizer.ifPresent(o -> a.target(o.accumulate(scope, criticGradients, lane)));
            accumulate.add(a.build());
        }

        Program.Builder<ApplyFeeds, ApplyFetches> b = Program.define("update", ApplyFeeds.class, ApplyFetches.class);
        Map<String, Operand<TFloat32>> optimizerFeeds = new LinkedHashMap<>();
        Map<String, Operand<TFloat32>> norms = new LinkedHashMap<>();
        AdamW.Application p = policyOptimizer.apply(scope);
        optimizerFeeds.put("policy", policyOptimizer.feed());
        norms.put(MetricNames.GRADIENT_NORM, p.gradientNorm());
        b.target(p.op());
        criticOptimizer.ifPresent(o -> {
            AdamW.Application c = o.apply(scope);
            optimizerFeeds.put("critic", o.feed());
            norms.put(MetricNames.CRITIC_GRADIENT_NORM, c.gradientNorm());
            b.target(c.op());
        });
        apply = b.feedMap("optimizer", optimizerFeeds).fetchMap("norms", norms).build();
    }

    /** Floating-point operations of one micro-batch. */
    public double operationsPerMinibatch() {
        return accumulate.get(0).floatingPointOperations();
    }

    /** The critic's updates without the policy, where the algorithm asks for them. */
    public Optional<CriticRefit> refit() {
        return refit;
    }

    /**
     * Fits the critic alone to an epoch's samples and those that are kept, where the algorithm asks for it.
     *
     * @param epoch whose seed decides order and dropout, too
     * @return metrics by standard name; empty where it does not ask
     */
    public Optional<Map<String, Double>> refitCritic(TrainingSession session, Algorithm algorithm, EpochData epoch) {
        return refit.map(critic -> critic.run(session, algorithm, epoch, steps));
    }

    /** Optimiser steps of the policy, and of the critic with it, taken since the run began. */
    public long steps() {
        return steps;
    }

    /** Takes over the count of a checkpoint. */
    public void restoreSteps(long taken) {
        steps = taken;
    }

    /** The parameters that are the algorithm's own, trained with the policy's. */
    public List<Parameter> ownParameters() {
        return ownParameters;
    }

    /** The optimiser's state of a parameter, if one owns it. */
    public Optional<AdamW.Slot> slot(Parameter parameter) {
        List<AdamW.Slot> all = new ArrayList<>(policyOptimizer.slots());
        criticOptimizer.ifPresent(o -> all.addAll(o.slots()));
        return all.stream()
                .filter(s -> s.parameter().name().equals(parameter.name()))
                .findFirst();
    }

    /** Every variable that an update changes, for checkpoints: parameters and moments. */
    public List<Parameter> state() {
        List<Parameter> all = new ArrayList<>();
        List<AdamW> optimizers = new ArrayList<>(List.of(policyOptimizer));
        criticOptimizer.ifPresent(optimizers::add);
        for (AdamW o : optimizers) {
            for (AdamW.Slot s : o.slots()) {
                all.add(s.parameter());
                all.add(s.firstMoment());
                all.add(s.secondMoment());
            }
        }
        return all;
    }

    /**
     * Runs what an epoch's plan still lacks.
     *
     * @param epoch what is learnt from; of samples to skip there are none where the learner was built for runs that
     *     skip none
     * @param progress how far the plan was run before; kept up to date
     * @param listener told after each update how many micro-batches are done
     * @return metrics by standard name, averaged over the plan's micro-batches
     * @throws org.tempera.graph.StopSignal.StoppedException if the lanes were asked to stop, after an update
     * @throws Divergence if a gradient is not finite
     */
    public Map<String, Double> update(
            TrainingSession session,
            Lanes lanes,
            EpochData epoch,
            List<Minibatch> plan,
            UpdateProgress progress,
            IntConsumer listener) {
        requireColumns(epoch);
        while (progress.done() < plan.size()) {
            lanes.stop().check();
            int first = progress.done();
            int end = endOfUpdate(plan, first);
            List<UpdateFetches> fetched = accumulate(session, lanes, epoch, plan, first, end);
            List<Map<String, HostTensor>> metrics =
                    fetched.stream().map(UpdateFetches::metrics).toList();
            if (steps == 0) {
                requireOnPolicy(metrics);
            }
            for (int i = first; i < end; i++) {
                progress.addRows(
                        fetched.get(i - first).rows(),
                        plan.get(i).steps(),
                        epoch.schedule().length());
            }
            progress.applying();
            Map<String, HostTensor> norms =
                    apply.run(session, applyFeeds(end - first)).norms();
            requireFinite(norms);
            progress.add(end, metrics, norms);
            steps++;
            listener.accept(end);
            if (end < plan.size() && !algorithm.goesOnAfter(means(metrics, norms))) {
                Map<String, Double> shortened = progress.means();
                shortened.put(MetricNames.PLAN_SHARE, (double) end / plan.size());
                return shortened;
            }
        }
        return progress.means();
    }

    private static Map<String, Double> means(List<Map<String, HostTensor>> metrics, Map<String, HostTensor> norms) {
        Averages ofUpdate = new Averages();
        metrics.forEach(ofUpdate::add);
        ofUpdate.add(norms);
        return ofUpdate.means();
    }

    /** Where a step has no noise, what is read of it means nothing, and would make nothing of the weights. */
    private Minibatch requireNoise(Schedule schedule, Minibatch m) {
        for (int step : readOfNoise.isPresent() ? m.steps() : new int[0]) {
            if (!schedule.isStochastic(step)) {
                throw algorithm.fault("plans step " + step + ", which added no noise, and its loss reads "
                        + readOfNoise.get() + ", which only the steps "
                        + schedule.trajectory().stochasticSteps() + " have");
            }
        }
        return m;
    }

    private void requireColumns(EpochData epoch) {
        for (String name : epoch.targets().columns().keySet()) {
            if (epoch.rollout().columns().containsKey(name)) {
                throw algorithm.fault("gives a column '" + name + "' among its targets, which the rollout has too");
            }
        }
        for (String name : columnsRead) {
            if (!epoch.targets().columns().containsKey(name)
                    && !epoch.rollout().columns().containsKey(name)) {
                throw algorithm.fault("reads column '" + name + "', which neither its targets "
                        + epoch.targets().columns().keySet() + " nor the rollout "
                        + epoch.rollout().columns().keySet() + " hold");
            }
        }
    }

    /** One that is not finite is scaled to nothing, or makes nothing of the weights. */
    private void requireFinite(Map<String, HostTensor> norms) {
        norms.forEach((name, norm) -> {
            if (!Float.isFinite(norm.scalarValue())) {
                String whose = name.startsWith("critic/") ? "critic" : "policy";
                throw Divergence.ofUpdate("the norm of the " + whose + "'s gradient is " + norm.scalarValue()
                        + " in the run's update " + (steps + 1));
            }
        });
    }

    /** The micro-batch after the one that ends the update which begins with {@code first}. */
    private static int endOfUpdate(List<Minibatch> plan, int first) {
        int last = first;
        while (!plan.get(last).apply()) {
            if (++last == plan.size()) {
                throw new IllegalStateException(
                        "the plan ends with " + (last - first) + " micro-batches that are not applied");
            }
        }
        return last + 1;
    }

    /** Before anything was learnt both are of the same weights: what differs is not the policy. */
    private void requireOnPolicy(List<Map<String, HostTensor>> metrics) {
        UpdateProgress.largest(metrics, MetricNames.LOG_PROB_ERROR).stream()
                .filter(error -> error > settings.logProbTolerance())
                .forEach(error -> {
                    throw new UserException(String.format(
                            Locale.ROOT,
                            "optimizer.log-prob-tolerance: before the first update, training gives the steps that were"
                                    + " drawn other log-probabilities than sampling did: by up to %.3g nats per picture,"
                                    + " expected at most %s. The weights are the same, so that arithmetic differs:"
                                    + " lower precision, a device, or batches of another size. Ratios of probabilities"
                                    + " would not begin at 1, and what is clipped would depend on it. Give"
                                    + " sampling.batch-size and the algorithm's batch-size the same value, compute in"
                                    + " single precision, or raise the tolerance.",
                            error,
                            settings.logProbTolerance()));
                });
    }

    /** Sums the gradients of one update's micro-batches; gives what is logged of each in the plan's order. */
    private List<UpdateFetches> accumulate(
            TrainingSession session, Lanes lanes, EpochData epoch, List<Minibatch> plan, int first, int end) {
        int used = Math.min(accumulate.size(), end - first);
        List<UpdateFetches> fetched =
                new ArrayList<>(Collections.nCopies(end - first, new UpdateFetches(Map.of(), Map.of())));
        lanes.inOrder(
                used,
                lane -> {
                    List<UpdateFetches> own = new ArrayList<>();
                    for (int i = first + lane; i < end; i += used) {
                        Minibatch m = requireNoise(epoch.schedule(), plan.get(i));
                        UpdateFeeds f = new UpdateFeeds(inputs.feeds(new MinibatchRows(epoch, m, i)));
                        own.add(accumulate.get(lane).run(session, f));
                    }
                    return own;
                },
                (lane, own) -> {
                    for (int k = 0; k < own.size(); k++) {
                        fetched.set(lane + k * used, own.get(k));
                    }
                });
        return fetched;
    }

    private ApplyFeeds applyFeeds(int accumulated) {
        Map<String, HostTensor> optimizer = new HashMap<>();
        optimizer.put("policy", policyOptimizer.step(steps, accumulated));
        criticOptimizer.ifPresent(o -> {
            long own = refit.map(CriticRefit::steps).orElse(0L);
            optimizer.put("critic", o.step(steps + own, accumulated));
        });
        return new ApplyFeeds(optimizer);
    }

    private static List<Operand<TFloat32>> values(List<Parameter> parameters) {
        List<Operand<TFloat32>> all = new ArrayList<>();
        for (Parameter p : parameters) {
            all.add(p.value());
        }
        return all;
    }
}
