package org.tempera.core.rollout;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.graph.Divergence;
import org.tempera.core.graph.Program;
import org.tempera.core.graph.StopSignal;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Draws batches of samples: for every timestep one program run gives the next latent, its log-probability, the critic's
 * features and value, and the log-probability under the reference policy, as far as they are asked for.
 */
public final class Sampler {
    private static final String FEATURES = "features";

    private final Program<StepFeeds, StepFetches> program;
    private final Optional<Program<SharedFeeds, StepFetches>> shared;
    private final int featureInterval;
    private final int batch;
    private final boolean guided;

    record StepFeeds(
            HostTensor latents,
            HostTensor timesteps,
            HostTensor fractions,
            HostTensor coefficients,
            HostTensor noise,
            Map<String, HostTensor> text) {
        SharedFeeds with(HostTensor features) {
            return new SharedFeeds(latents, timesteps, fractions, coefficients, noise, text, features);
        }
    }

    /** As {@link StepFeeds}, with the features of an earlier step. */
    record SharedFeeds(
            HostTensor latents,
            HostTensor timesteps,
            HostTensor fractions,
            HostTensor coefficients,
            HostTensor noise,
            Map<String, HostTensor> text,
            HostTensor features) {}

    record StepFetches(HostTensor next, Map<String, HostTensor> columns) {}

    /** What a step gives besides the next latent and its log-probability. */
    public record Extras(Optional<CriticNetwork> critic, boolean referenceLogProb) {
        public static Extras none() {
            return new Extras(Optional.empty(), false);
        }
    }

    /**
     * A batch as it was drawn.
     *
     * @param latents before each step and at the end, {@code steps + 1} tensors {@code [batch, height, width, channels]}
     * @param columns by name, each {@code [step]} a tensor {@code [batch]}
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
     * @param guidance guidance scale; at most 1 is off
     */
    public Sampler(
            TrainingGraph graph,
            String name,
            int batch,
            PolicyShape shape,
            GuidedStep step,
            double guidance,
            Weights weights,
            Extras extras) {
        this.batch = batch;
        this.guided = guidance > 1;
        StepInputs in = StepInputs.declare(graph, name, batch, shape, step.process(), guided);
        Operand<TFloat32> noise = graph.floatInput(
                name + "-noise", batch, shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
        GraphScope scope = graph.scope().child(name);
        Ops tf = scope.tf();
        Transition transition = in.transition(step, scope, weights, guidance);
        Operand<TFloat32> next = tf.math.add(transition.mean(), tf.math.mul(transition.standardDeviation(), noise));
        Map<String, Operand<TFloat32>> columns = new LinkedHashMap<>();
        columns.put(Rollout.LOG_PROB, GaussianLogProb.sum(tf, next, transition.mean(), transition.standardDeviation()));
        if (extras.referenceLogProb()) {
            GraphScope reference = scope.child("reference");
            Transition r = in.transition(step, reference, Weights.REFERENCE, guidance);
            columns.put(
                    Rollout.REFERENCE_LOG_PROB,
                    GaussianLogProb.sum(reference.tf(), next, r.mean(), r.standardDeviation()));
        }
        featureInterval = extras.critic().map(CriticNetwork::featureInterval).orElse(1);
        shared = extras.critic().filter(c -> c.featureInterval() > 1).map(critic -> {
            Operand<TFloat32> features = graph.floatInput(name + "-features", batch, critic.featureWidth());
            Map<String, Operand<TFloat32>> own = new LinkedHashMap<>(columns);
            own.put(
                    Rollout.VALUE,
                    critic.value(scope.child("critic-shared"), features, in.fractions(), Optional.empty()));
            return step(name + " with features at hand", SharedFeeds.class, in, noise, next, own)
                    .feed("features", features)
                    .build();
        });
        extras.critic().ifPresent(critic -> {
            GraphScope c = scope.child("critic");
            Operand<TFloat32> features = critic.features(
                    c, new CriticNetwork.State(in.latents(), transition.predictedClean(), in.fractions()));
            columns.put(FEATURES, features);
            columns.put(Rollout.VALUE, critic.value(c, features, in.fractions(), Optional.empty()));
        });
        program = step(name, StepFeeds.class, in, noise, next, columns).build();
    }

    private static <I extends Record> Program.Builder<I, StepFetches> step(
            String name,
            Class<I> feeds,
            StepInputs in,
            Operand<TFloat32> noise,
            Operand<TFloat32> next,
            Map<String, Operand<TFloat32>> columns) {
        Map<String, Operand<TFloat32>> text = new LinkedHashMap<>();
        text.put("positive", in.positive());
        in.negative().ifPresent(n -> text.put("negative", n));
        return Program.define(name, feeds, StepFetches.class)
                .feed("latents", in.latents())
                .feed("timesteps", in.timesteps())
                .feed("fractions", in.fractions())
                .feed("coefficients", in.coefficients())
                .feed("noise", noise)
                .feedMap("text", text)
                .fetch("next", next)
                .fetchMap("columns", columns);
    }

    /** Samples at a time. */
    public int batch() {
        return batch;
    }

    /** Floating-point operations of one step of a batch, on average. */
    public double operationsPerStep() {
        double own = program.floatingPointOperations();
        return shared.map(s ->
                        own / featureInterval + s.floatingPointOperations() * (featureInterval - 1) / featureInterval)
                .orElse(own);
    }

    /** About how many bytes the tensors of a step take at its fullest moment, weights not included. */
    public long peakBytes() {
        return program.peakBytes();
    }

    /** Whether {@link #draw} needs the negative prompt's text states. */
    public boolean guided() {
        return guided;
    }

    /**
     * Draws one batch.
     *
     * @param positive text states of the prompts, {@code [batch, textLength, textWidth]}
     * @param negative text states of the negative prompt, of the same shape; read only under guidance
     * @param initialStandardDeviation scale of the first latent
     * @param stop looked at before every step
     * @throws StopSignal.StoppedException if it was given
     * @throws Divergence if latents or values are not finite
     */
    public Batch draw(
            TrainingSession session,
            Schedule schedule,
            HostTensor positive,
            HostTensor negative,
            Noise noise,
            double initialStandardDeviation,
            StopSignal stop) {
        int steps = schedule.length();
        HostTensor[] latents = new HostTensor[steps + 1];
        latents[0] = scaled(noise.initial(), initialStandardDeviation);
        Map<String, HostTensor[]> columns = new LinkedHashMap<>();
        Map<String, HostTensor> text =
                guided ? Map.of("positive", positive, "negative", negative) : Map.of("positive", positive);
        for (int i = 0; i < steps; i++) {
            stop.check();
            int[] rows = new int[batch];
            Arrays.fill(rows, i);
            StepFeeds feeds = new StepFeeds(
                    latents[i],
                    schedule.timesteps(rows),
                    schedule.fractions(rows),
                    schedule.coefficients(rows),
                    noise.step(i),
                    text);
            HostTensor[] features = columns.getOrDefault(FEATURES, new HostTensor[0]);
            boolean own = i % featureInterval == 0;
            StepFetches out =
                    own ? program.run(session, feeds) : shared.orElseThrow().run(session, feeds.with(features[i - 1]));
            latents[i + 1] = out.next();
            requireFinite("the latents after step " + (i + 1) + " of " + steps, out.next());
            Optional.ofNullable(out.columns().get(Rollout.VALUE))
                    .ifPresent(v -> requireFinite("the critic's values", v));
            int at = i;
            out.columns()
                    .forEach((name, value) -> columns.computeIfAbsent(name, k -> new HostTensor[steps])[at] = value);
            if (!own) {
                features[i] = features[i - 1];
            }
        }
        HostTensor[] features = columns.remove(FEATURES);
        return new Batch(latents, columns, features == null ? new HostTensor[0] : features);
    }

    private static void requireFinite(String what, HostTensor numbers) {
        if (!Divergence.isFinite(numbers.data())) {
            throw Divergence.of(what);
        }
    }

    private static HostTensor scaled(HostTensor t, double factor) {
        if (factor == 1) {
            return t;
        }
        float[] data = t.data().clone();
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (data[i] * factor);
        }
        return HostTensor.of(data, t.shape());
    }
}
