package org.tempera.core.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.prompt.StepText;
import org.tempera.graph.Divergence;
import org.tempera.graph.Program;
import org.tempera.graph.StopSignal;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Draws batches of latents: for every timestep one program run gives the next latent, the columns that are asked for, and
 * the critic's features and value.
 */
public final class Sampler {
    private static final String FEATURES = "features";
    private static final String NOISE = "noise";

    private final Program<Feeds, Fetches> program;
    private final Optional<Program<Feeds, Fetches>> withFeatures;
    private final Map<String, int[]> columns = new LinkedHashMap<>();
    private final int featureInterval;
    private final int featureWidth;
    private final int batch;

    record Feeds(Map<String, HostTensor> step) {}

    record Fetches(HostTensor next, Map<String, HostTensor> columns, Map<String, HostTensor> features) {}

    /**
     * What a step gives besides the next latent.
     *
     * @param noisy whether columns may read log-probabilities: steps without noise have none
     */
    public record Extras(Optional<CriticNetwork> critic, List<RolloutColumn> columns, boolean noisy) {
        public static Extras none() {
            return columns(List.of());
        }

        public static Extras columns(List<RolloutColumn> columns) {
            return new Extras(Optional.empty(), columns, true);
        }
    }

    /**
     * A batch as it was drawn.
     *
     * @param latents before each step and at the end, {@code steps + 1} tensors {@code [batch, height, width, channels]}
     * @param columns by name, each {@code [step]} a tensor {@code [batch]} or {@code [batch, ...]}
     * @param features for each step {@code [batch, featureWidth]}; empty without a critic
     */
    public record Batch(HostTensor[] latents, Map<String, HostTensor[]> columns, HostTensor[] features) {
        /** The final latents. */
        public HostTensor last() {
            return latents[latents.length - 1];
        }
    }

    /**
     * Builds the step.
     *
     * @param name scope in the graph
     * @param batch samples at a time
     */
    public Sampler(
            TrainingGraph graph,
            String name,
            int batch,
            PolicyShape shape,
            GuidedStep step,
            Weights weights,
            Extras extras) {
        this.batch = batch;
        StepInputs in = StepInputs.declare(graph, name, batch, shape, step);
        Map<String, Operand<TFloat32>> feeds = in.inputs();
        Operand<TFloat32> noise = graph.floatInput(
                name + "-noise", batch, shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
        feeds.put(NOISE, noise);
        GraphScope scope = graph.scope().child(name);
        SampledStepGraph sampled = new SampledStepGraph(scope, in, step, weights, noise, extras.noisy());
        Map<String, Operand<TFloat32>> fetches = new LinkedHashMap<>();
        extras.columns()
                .forEach(column -> fetches.put(column.name(), column.values().apply(sampled)));
        fetches.forEach((column, values) -> columns.put(column, sizes(values)));
        extras.critic().ifPresent(critic -> columns.put(Rollout.VALUE, new int[] {batch}));
        featureWidth = extras.critic().map(CriticNetwork::featureWidth).orElse(0);
        featureInterval = extras.critic().map(CriticNetwork::featureInterval).orElse(1);
        withFeatures = extras.critic().filter(c -> c.featureInterval() > 1).map(critic -> {
            Operand<TFloat32> features = graph.floatInput(name + "-features", batch, critic.featureWidth());
            Map<String, Operand<TFloat32>> own = new LinkedHashMap<>(fetches);
            own.put(
                    Rollout.VALUE,
                    critic.value(scope.child("critic-shared"), features, in.fractions(), Optional.empty()));
            Map<String, Operand<TFloat32>> fed = new LinkedHashMap<>(feeds);
            fed.put(FEATURES, features);
            return program(name + " with features at hand", fed, sampled.next(), own, Map.of());
        });
        Map<String, Operand<TFloat32>> featureFetches = new LinkedHashMap<>();
        extras.critic().ifPresent(critic -> {
            GraphScope c = scope.child("critic");
            Operand<TFloat32> features =
                    critic.features(c, new CriticNetwork.State(in.latents(), sampled.predictedClean(), in.fractions()));
            featureFetches.put(FEATURES, features);
            fetches.put(Rollout.VALUE, critic.value(c, features, in.fractions(), Optional.empty()));
        });
        program = program(name, feeds, sampled.next(), fetches, featureFetches);
    }

    private static int[] sizes(Operand<TFloat32> values) {
        return Arrays.stream(values.shape().asArray())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private static Program<Feeds, Fetches> program(
            String name,
            Map<String, Operand<TFloat32>> feeds,
            Operand<TFloat32> next,
            Map<String, Operand<TFloat32>> columns,
            Map<String, Operand<TFloat32>> features) {
        return Program.define(name, Feeds.class, Fetches.class)
                .feedMap("step", feeds)
                .fetch("next", next)
                .fetchMap("columns", columns)
                .fetchMap("features", features)
                .build();
    }

    /** Samples at a time. */
    public int batch() {
        return batch;
    }

    /** Shapes of the columns that a batch has, by name: {@code [batch]} or {@code [batch, ...]}. */
    public Map<String, int[]> columns() {
        return columns;
    }

    /** Width of the critic's features of a step; 0 without a critic. */
    int featureWidth() {
        return featureWidth;
    }

    /** Floating-point operations of one step of a batch, on average. */
    public double operationsPerStep() {
        double own = program.floatingPointOperations();
        return withFeatures
                .map(s -> own / featureInterval + s.floatingPointOperations() * (featureInterval - 1) / featureInterval)
                .orElse(own);
    }

    /** About how many bytes the tensors of a step take at its fullest moment, weights not included. */
    public long peakBytes() {
        return program.peakBytes();
    }

    /**
     * Draws one batch.
     *
     * @param text what the prompts are conditioned on
     * @param first the latent that sampling starts from
     * @param noise of the steps
     * @param stop looked at before every step
     * @throws StopSignal.StoppedException if it was given
     * @throws Divergence if latents or values are not finite
     */
    public Batch draw(
            TrainingSession session, Schedule schedule, StepText text, HostTensor first, Noise noise, StopSignal stop) {
        int steps = schedule.length();
        HostTensor[] latents = new HostTensor[steps + 1];
        latents[0] = first;
        Map<String, HostTensor[]> drawn = new LinkedHashMap<>();
        List<HostTensor> features = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            stop.check();
            int at = i;
            int[] rows = new int[batch];
            Arrays.fill(rows, i);
            Map<String, HostTensor> feeds = StepInputs.rows(schedule, rows, latents[i], text);
            feeds.put(NOISE, noise.step(i));
            Fetches out;
            if (i % featureInterval == 0) {
                out = program.run(session, new Feeds(feeds));
                features.addAll(out.features().values());
            } else {
                feeds.put(FEATURES, features.get(i - 1));
                features.add(features.get(i - 1));
                out = withFeatures.orElseThrow().run(session, new Feeds(feeds));
            }
            latents[i + 1] = out.next();
            requireFinite("the latents after step " + (i + 1) + " of " + steps, out.next());
            Optional.ofNullable(out.columns().get(Rollout.VALUE))
                    .ifPresent(v -> requireFinite("the critic's values", v));
            out.columns().forEach((name, value) -> drawn.computeIfAbsent(name, k -> new HostTensor[steps])[at] = value);
        }
        return new Batch(latents, drawn, features.toArray(new HostTensor[0]));
    }

    private static void requireFinite(String what, HostTensor numbers) {
        if (!Divergence.isFinite(numbers.data())) {
            throw Divergence.of(what);
        }
    }
}
