package org.tempera.core.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Draws batches of latents: for every timestep one program run gives the next latent, the columns that are asked for,
 * and the critic's features and value. A step that adds no noise is given none, and has no columns of it; the critic is
 * asked for what {@link Schedule#isValued} says alone.
 */
public final class Sampler {
    private final StepPrograms programs;
    private final Map<String, int[]> columns = new LinkedHashMap<>();
    private final Set<String> columnsOfNoise = new LinkedHashSet<>();
    private final Map<String, HostTensor> nothing = new LinkedHashMap<>();
    private final int featureWidth;
    private final int batch;

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
     * @param latents before each step and at the end, {@code steps + 1} tensors
     *     {@code [batch, height, width, channels]}
     * @param columns by name, each {@code [step]} a tensor {@code [batch]} or {@code [batch, ...]}; zeros of steps that
     *     have none
     * @param features for each step {@code [batch, featureWidth]}, likewise; empty without a critic
     */
    public record Batch(HostTensor[] latents, Map<String, HostTensor[]> columns, HostTensor[] features) {
        private static final String LATENTS = "latents/";
        private static final String FEATURES = "features/";
        private static final String COLUMN = "column/";

        /** The final latents. */
        public HostTensor last() {
            return latents[latents.length - 1];
        }

        /** All of it by name, such as {@code latents/0}. */
        Map<String, HostTensor> tensors() {
            Map<String, HostTensor> all = new LinkedHashMap<>();
            put(all, LATENTS, latents);
            columns.forEach((name, values) -> put(all, COLUMN + name + "/", values));
            put(all, FEATURES, features);
            return all;
        }

        private static void put(Map<String, HostTensor> all, String name, HostTensor[] values) {
            for (int i = 0; i < values.length; i++) {
                all.put(name + i, values[i]);
            }
        }

        /** What {@link #tensors} gave. */
        static Batch of(Map<String, HostTensor> all) {
            Map<String, List<HostTensor>> byName = new LinkedHashMap<>();
            all.forEach((name, values) -> byName.computeIfAbsent(
                            name.substring(0, name.lastIndexOf('/') + 1), n -> new ArrayList<>())
                    .add(values));
            Map<String, HostTensor[]> columns = new LinkedHashMap<>();
            byName.forEach((name, values) -> {
                if (name.startsWith(COLUMN)) {
                    columns.put(name.substring(COLUMN.length(), name.length() - 1), values.toArray(HostTensor[]::new));
                }
            });
            return new Batch(
                    byName.getOrDefault(LATENTS, List.of()).toArray(HostTensor[]::new),
                    columns,
                    byName.getOrDefault(FEATURES, List.of()).toArray(HostTensor[]::new));
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
        Operand<TFloat32> noise = graph.floatInput(
                name + "-noise", batch, shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
        SampledStepGraph sampled =
                new SampledStepGraph(graph.scope().child(name), in, step, weights, noise, extras.noisy());
        Map<String, SampledStepGraph.Column> built = new LinkedHashMap<>();
        extras.columns().forEach(column -> built.put(column.name(), sampled.column(column)));
        built.forEach((column, values) -> {
            columns.put(column, sizes(values.values()));
            if (values.ofNoise()) {
                columnsOfNoise.add(column);
            }
        });
        extras.critic().ifPresent(critic -> columns.put(Rollout.VALUE, new int[] {batch}));
        columns.forEach((column, sizes) -> nothing.put(column, zeros(sizes)));
        featureWidth = extras.critic().map(CriticNetwork::featureWidth).orElse(0);
        programs = StepPrograms.of(graph, name, in, noise, sampled, built, extras.critic());
    }

    private static int[] sizes(Operand<TFloat32> values) {
        return Arrays.stream(values.shape().asArray())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private static HostTensor zeros(int... sizes) {
        return HostTensor.of(new float[Arrays.stream(sizes).reduce(1, Math::multiplyExact)], sizes);
    }

    /** Samples at a time. */
    public int batch() {
        return batch;
    }

    /** Shapes of the columns that a batch has, by name: {@code [batch]} or {@code [batch, ...]}. */
    public Map<String, int[]> columns() {
        return columns;
    }

    /** Names of the columns that depend on a step's noise: they are 0 at steps without. */
    public Set<String> columnsOfNoise() {
        return columnsOfNoise;
    }

    /** Width of the critic's features of a step; 0 without a critic. */
    int featureWidth() {
        return featureWidth;
    }

    /** Floating-point operations of drawing a batch by these steps. */
    public double operations(Schedule schedule) {
        return programs.operations(schedule);
    }

    /** About how many bytes the tensors of a step take at its fullest moment, weights not included. */
    public long peakBytes() {
        return programs.fullest().peakBytes();
    }

    /** What TensorFlow computes at a step that has all: noise, and the critic's value where there is one. */
    public Program<?, ?> fullestStep() {
        return programs.fullest();
    }

    /**
     * Draws one batch.
     *
     * @param text what the prompts are conditioned on
     * @param first the latent that sampling starts from
     * @param noise of the steps; asked of stochastic ones alone
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
        nothing.forEach((name, zeros) -> {
            HostTensor[] column = new HostTensor[steps];
            Arrays.fill(column, zeros);
            drawn.put(name, column);
        });
        HostTensor[] features = new HostTensor[featureWidth > 0 ? steps : 0];
        HostTensor noFeatures = zeros(batch, featureWidth);
        HostTensor shared = noFeatures;
        for (int i = 0; i < steps; i++) {
            stop.check();
            int at = i;
            int[] rows = new int[batch];
            Arrays.fill(rows, i);
            Map<String, HostTensor> feeds = StepInputs.rows(schedule, rows, latents[i], text);
            feeds.put(StepPrograms.FEATURES, shared);
            if (schedule.isStochastic(i)) {
                feeds.put(StepPrograms.NOISE, noise.step(i));
            }
            StepPrograms.Fetches out = programs.run(session, schedule, i, feeds);
            shared = out.features().getOrDefault(StepPrograms.FEATURES, shared);
            if (features.length > 0) {
                features[i] = schedule.isValued(i) ? shared : noFeatures;
            }
            latents[i + 1] = out.next();
            requireFinite("the latents after step " + (i + 1) + " of " + steps, out.next());
            Optional.ofNullable(out.columns().get(Rollout.VALUE))
                    .ifPresent(v -> requireFinite("the critic's values", v));
            out.columns().forEach((name, value) -> Objects.requireNonNull(drawn.get(name))[at] = value);
        }
        return new Batch(latents, drawn, features);
    }

    private static void requireFinite(String what, HostTensor numbers) {
        if (!Divergence.isFinite(numbers.data())) {
            throw Divergence.of(what);
        }
    }
}
