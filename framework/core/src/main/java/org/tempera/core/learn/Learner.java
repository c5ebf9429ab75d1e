package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.reward.RewardGradient;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.workers.Meeting;
import org.tempera.core.workers.Parcel;
import org.tempera.core.workers.Workers;
import org.tempera.graph.Divergence;
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
    private static final String METRICS = "metrics/";
    private static final String ROWS = "rows/";

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
    private final Workers workers;
    /** Where other workers have a part in every update. */
    private final Optional<WorkerGradients> shared;

    private long steps;

    record UpdateFeeds(Map<String, Object> inputs) {}

    record UpdateFetches(Map<String, HostTensor> metrics, Map<String, HostTensor> rows) {}

    record ApplyFeeds(Map<String, HostTensor> optimizer, Map<String, HostTensor> sums) {}

    record ApplyFetches(Map<String, HostTensor> norms) {}

    /**
     * Builds the algorithm's loss, its gradients and the optimisers.
     *
     * @param columnShapes shapes of the rollout's columns, each {@code [batch]} or {@code [batch, ...]}
     * @param columnsOfNoise those of them that are 0 at steps without noise
     * @param rewards the combined reward with its gradient; absent where the algorithm needs none
     * @param workers whose lanes run the micro-batches of an update side by side
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
            Workers workers,
            boolean maySkip) {
        algorithm = CheckedAlgorithm.of(plugin);
        this.settings = settings;
        this.workers = workers;
        int lanes = workers.lanes().count();
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
        policyOptimizer = new AdamW(graph, "policy", policyParameters, settings, settings.policyRate(), lanes);
        List<Operand<TFloat32>> policyGradients = graph.gradients(losses.policy(), values(policyParameters));
        criticOptimizer = critic.filter(c -> losses.critic().isPresent())
                .map(c -> new AdamW(graph, "critic", c.trainable(), settings, settings.criticLearningRate(), lanes));
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
        List<AdamW> optimizers = new ArrayList<>(List.of(policyOptimizer));
        criticOptimizer.ifPresent(optimizers::add);
        shared = workers.many() ? Optional.of(new WorkerGradients(graph, workers, optimizers)) : Optional.empty();
        AdamW.Application p = application(scope, policyOptimizer);
        optimizerFeeds.put("policy", policyOptimizer.feed());
        norms.put(MetricNames.GRADIENT_NORM, p.gradientNorm());
        b.target(p.op());
        criticOptimizer.ifPresent(o -> {
            AdamW.Application c = application(scope, o);
            optimizerFeeds.put("critic", o.feed());
            norms.put(MetricNames.CRITIC_GRADIENT_NORM, c.gradientNorm());
            b.target(c.op());
        });
        apply = b.feedMap("optimizer", optimizerFeeds)
                .feedMap("sums", shared.map(WorkerGradients::inputs).orElse(Map.of()))
                .fetchMap("norms", norms)
                .build();
    }

    private AdamW.Application application(GraphScope scope, AdamW optimizer) {
        return shared.map(s -> optimizer.apply(scope, s.sums())).orElseGet(() -> optimizer.apply(scope));
    }

    /** Floating-point operations of one micro-batch. */
    public double operationsPerMinibatch() {
        return accumulate.get(0).floatingPointOperations();
    }

    /** What an update takes of Java's heap, in bytes, where workers hand each other its gradients. */
    public long exchangedBytes() {
        return shared.map(WorkerGradients::heapBytes).orElse(0L);
    }

    /** What TensorFlow computes for a micro-batch. */
    public Program<?, ?> micro() {
        return accumulate.get(0);
    }

    /** What TensorFlow computes for the optimiser's step. */
    public Program<?, ?> step() {
        return apply;
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
     * @throws org.tempera.graph.StopSignal.StoppedException if the lanes were asked to stop; an update that was begun
     *     is begun anew by who goes on
     * @throws Divergence if a gradient is not finite
     */
    public Map<String, Double> update(
            TrainingSession session,
            EpochData epoch,
            List<Minibatch> plan,
            UpdateProgress progress,
            IntConsumer listener) {
        requireColumns(epoch);
        while (progress.done() < plan.size()) {
            int first = progress.done();
            int end = endOfUpdate(plan, first);
            Accumulated accumulated = accumulated(session, epoch, plan, first, end);
            List<UpdateFetches> fetched = accumulated.fetched();
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
            Map<String, HostTensor> norms = apply.run(session, applyFeeds(end - first, accumulated.sums()))
                    .norms();
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

    /**
     * The micro-batches of one update, whose gradients are accumulated.
     *
     * @param fetched what is logged of each, in the plan's order
     * @param sums that the optimisers are fed with, by group of parameters; empty where all workers' gradients are
     *     where this one's were accumulated
     */
    private record Accumulated(List<UpdateFetches> fetched, Map<String, HostTensor> sums) {}

    /** Sums the gradients of one update's micro-batches, of which other workers may run some. */
    private Accumulated accumulated(
            TrainingSession session, EpochData epoch, List<Minibatch> plan, int first, int end) {
        if (shared.isEmpty()) {
            return new Accumulated(
                    List.copyOf(accumulate(session, epoch, plan, first, end).values()), Map.of());
        }
        WorkerGradients gradients = shared.get();
        List<Parcel> all = workers.share(Meeting.GRADIENTS, () -> {
            Map<String, HostTensor> brought = new LinkedHashMap<>();
            accumulate(session, epoch, plan, first, end).forEach((i, f) -> put(brought, i - first, f));
            brought.putAll(gradients.own(session));
            return new Parcel(Map.of(), brought);
        });
        return new Accumulated(fetched(all, end - first), gradients.feeds(session, all));
    }

    private static void put(Map<String, HostTensor> brought, int place, UpdateFetches fetches) {
        fetches.metrics().forEach((name, x) -> brought.put(METRICS + place + "/" + name, x));
        fetches.rows().forEach((name, x) -> brought.put(ROWS + place + "/" + name, x));
    }

    /** What {@link #put} put into all workers' parcels, by place. */
    private static List<UpdateFetches> fetched(List<Parcel> all, int count) {
        List<UpdateFetches> fetched = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fetched.add(new UpdateFetches(new LinkedHashMap<>(), new LinkedHashMap<>()));
        }
        for (Parcel parcel : all) {
            parcel.tensors().forEach((name, x) -> {
                String[] parts = name.split("/", 3);
                if (name.startsWith(METRICS)) {
                    fetched.get(Integer.parseInt(parts[1])).metrics().put(parts[2], x);
                } else if (name.startsWith(ROWS)) {
                    fetched.get(Integer.parseInt(parts[1])).rows().put(parts[2], x);
                }
            });
        }
        return fetched;
    }

    /**
     * Sums the gradients of those of an update's micro-batches that the lanes of this worker run; gives what is logged
     * of each by its place in the plan.
     */
    private SortedMap<Integer, UpdateFetches> accumulate(
            TrainingSession session, EpochData epoch, List<Minibatch> plan, int first, int end) {
        workers.lanes().stop().check();
        int used = Math.min(workers.allLanes(), end - first);
        int own = (int) IntStream.range(0, accumulate.size())
                .filter(lane -> workers.numberOf(lane) < used)
                .count();
        SortedMap<Integer, UpdateFetches> fetched = new TreeMap<>();
        workers.lanes()
                .<Map<Integer, UpdateFetches>>inOrder(
                        own,
                        lane -> {
                            Map<Integer, UpdateFetches> byPlace = new HashMap<>();
                            for (int i = first + workers.numberOf(lane); i < end; i += used) {
                                workers.lanes().stop().check();
                                Minibatch m = requireNoise(epoch.schedule(), plan.get(i));
                                UpdateFeeds f = new UpdateFeeds(inputs.feeds(new MinibatchRows(epoch, m, i)));
                                byPlace.put(i, accumulate.get(lane).run(session, f));
                            }
                            return byPlace;
                        },
                        (lane, byPlace) -> fetched.putAll(byPlace));
        return fetched;
    }

    private ApplyFeeds applyFeeds(int accumulated, Map<String, HostTensor> sums) {
        Map<String, HostTensor> optimizer = new HashMap<>();
        optimizer.put("policy", policyOptimizer.step(steps, accumulated));
        criticOptimizer.ifPresent(o -> {
            long own = refit.map(CriticRefit::steps).orElse(0L);
            optimizer.put("critic", o.step(steps + own, accumulated));
        });
        return new ApplyFeeds(optimizer, sums);
    }

    private static List<Operand<TFloat32>> values(List<Parameter> parameters) {
        List<Operand<TFloat32>> all = new ArrayList<>();
        for (Parameter p : parameters) {
            all.add(p.value());
        }
        return all;
    }
}
