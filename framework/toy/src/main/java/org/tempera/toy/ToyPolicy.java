package org.tempera.toy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.Guidance;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.policy.Trajectory;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A small diffusion policy without files: the predicted clean latent is a frozen channel mix of the latent plus the
 * prompt's state plus a trained mix and shift, which start at zero and are off in the reference policy. A step goes
 * from x to 0.6 x + 0.4 clean with deviation 0.5.
 */
public final class ToyPolicy implements DiffusionPolicy {
    private static final int SIZE = 4;
    private static final int CHANNELS = 2;
    private static final int TOKENS = 2;
    private static final int WORDS = 8;
    private static final int LETTERS = 4;

    private final int rank;
    private final Guidance guidance;
    private final boolean pooled;
    private final boolean displaced;

    /** Without an adapter. */
    public ToyPolicy() {
        this(0);
    }

    /** With an adapter of this rank, which is trained as well; 0 for none. */
    public ToyPolicy(int rank) {
        this(rank, Guidance.CLASSIFIER_FREE, false, false);
    }

    private ToyPolicy(int rank, Guidance guidance, boolean pooled, boolean displaced) {
        this.rank = rank;
        this.guidance = guidance;
        this.pooled = pooled;
        this.displaced = displaced;
    }

    /**
     * The same with a second tokenizer, for the prompt's last letter, and a second tensor of it, which is added to
     * the latent.
     */
    public ToyPolicy pooled() {
        return new ToyPolicy(rank, guidance, true, displaced);
    }

    /** The same steered otherwise: by a scale that is added to the output, or not at all. */
    public ToyPolicy steered(Guidance by) {
        return new ToyPolicy(rank, by, pooled, displaced);
    }

    /** The same whose trained mix and shift begin away from the reference policy's, which are zero. */
    public ToyPolicy displaced() {
        return new ToyPolicy(rank, guidance, pooled, true);
    }

    @Override
    public Guidance guidance() {
        return guidance;
    }

    @Override
    public PolicyShape shape() {
        return new PolicyShape(new PolicyShape.Latent(SIZE, SIZE, CHANNELS), new PolicyShape.Image(SIZE, SIZE));
    }

    @Override
    public TextEncoder text() {
        return pooled ? new PooledText() : new Text();
    }

    @Override
    public NoiseProcess noiseProcess() {
        return new Walk();
    }

    @Override
    public PolicyNetwork build(GraphScope scope) {
        return new Network(scope, this);
    }

    @Override
    public long parameterCount() {
        return 2 * CHANNELS * CHANNELS + CHANNELS;
    }

    @Override
    public Map<String, String> provenance() {
        return Map.of();
    }

    @Override
    public void close() {}

    /** The prompt's length and first letter; what comes behind its fourth is said to be left out. */
    private record Letters() implements PromptTokenizer {
        @Override
        public int[] tokenize(String prompt) {
            return new int[] {prompt.length() % WORDS, prompt.isEmpty() ? 0 : prompt.charAt(0) % WORDS};
        }

        @Override
        public Optional<String> leftOut(String prompt) {
            return prompt.length() > LETTERS ? Optional.of(prompt.substring(LETTERS)) : Optional.empty();
        }

        @Override
        public int length() {
            return TOKENS;
        }
    }

    /** The prompt's last letter. */
    private record LastLetter() implements PromptTokenizer {
        @Override
        public int[] tokenize(String prompt) {
            return new int[] {prompt.isEmpty() ? 0 : prompt.charAt(prompt.length() - 1) % WORDS};
        }

        @Override
        public int length() {
            return 1;
        }
    }

    private static final class Text implements TextEncoder {
        @Override
        public List<PromptTokenizer> tokenizers() {
            return List.of(new Letters());
        }

        @Override
        public Map<String, Shape> shapes() {
            return Map.of(Conditioning.TEXT_STATES, Shape.of(TOKENS, CHANNELS));
        }

        @Override
        public TextNetwork build(GraphScope scope) {
            Parameter table = scope.parameter("table", Shape.of(WORDS, CHANNELS), Initializer.normal(0.3), false);
            return (at, ids) -> Conditioning.ofTextStates(
                    at.tf().gather(table.value(), ids.get(0), at.tf().constant(0)));
        }

        @Override
        public long parameterCount() {
            return WORDS * CHANNELS;
        }
    }

    /** The same, and the last letter's vector beside it. */
    private static final class PooledText implements TextEncoder {
        private final Text text = new Text();

        @Override
        public List<PromptTokenizer> tokenizers() {
            return List.of(new Letters(), new LastLetter());
        }

        @Override
        public Map<String, Shape> shapes() {
            Map<String, Shape> shapes = new LinkedHashMap<>(text.shapes());
            shapes.put(Conditioning.POOLED_TEXT, Shape.of(CHANNELS));
            return shapes;
        }

        @Override
        public TextNetwork build(GraphScope scope) {
            TextNetwork first = text.build(scope);
            Parameter table = scope.parameter("letters", Shape.of(WORDS, CHANNELS), Initializer.normal(0.3), false);
            return (at, ids) -> {
                Operand<TFloat32> rows =
                        at.tf().gather(table.value(), ids.get(1), at.tf().constant(0));
                return first.encode(at, ids)
                        .with(
                                Conditioning.POOLED_TEXT,
                                at.tf().reshape(rows, at.tf().constant(new int[] {-1, CHANNELS})));
            };
        }

        @Override
        public long parameterCount() {
            return 2 * text.parameterCount();
        }
    }

    private static final class Walk implements NoiseProcess {
        @Override
        public int trainTimesteps() {
            return 100;
        }

        @Override
        public int coefficientCount() {
            return 2;
        }

        /** Timesteps are equally far from each other, so mostly not whole. */
        @Override
        public Trajectory trajectory(int steps, double eta) {
            float[] timesteps = new float[steps];
            float[][] rows = new float[steps][];
            boolean[] stochastic = new boolean[steps];
            for (int i = 0; i < steps; i++) {
                timesteps[i] = 100f * (steps - 1 - i) / steps;
                rows[i] = new float[] {0.6f, (float) (0.5 * eta)};
                stochastic[i] = eta > 0;
            }
            return new Trajectory(timesteps, rows, stochastic, 1);
        }

        @Override
        public int forwardCoefficientCount() {
            return 3;
        }

        @Override
        public float[] forwardCoefficients(double timestep) {
            double noise = (timestep + 1.0) / (trainTimesteps() + 1);
            return new float[] {(float) Math.sqrt(1 - noise * noise), (float) noise, (float) (1 / (noise * noise) - 1)};
        }

        @Override
        public Forward diffuse(
                GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> coefficients) {
            Ops tf = scope.tf();
            int n = (int) clean.shape().get(0);
            var parts = tf.unstack(coefficients, 3L, org.tensorflow.op.core.Unstack.axis(1L))
                    .output();
            Operand<TFloat32> signal = tf.reshape(parts.get(0), tf.constant(new int[] {n, 1, 1, 1}));
            Operand<TFloat32> scatter = tf.reshape(parts.get(1), tf.constant(new int[] {n, 1, 1, 1}));
            return new Forward(
                    tf.math.add(tf.math.mul(clean, signal), tf.math.mul(noise, scatter)), clean, parts.get(2));
        }

        @Override
        public Operand<TFloat32> clean(
                GraphScope scope, Operand<TFloat32> noisy, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
            return output;
        }

        @Override
        public Transition transition(
                GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
            Ops tf = scope.tf();
            int n = (int) latents.shape().get(0);
            var parts = tf.unstack(coefficients, 2L, org.tensorflow.op.core.Unstack.axis(1L))
                    .output();
            Operand<TFloat32> keep = tf.reshape(parts.get(0), tf.constant(new int[] {n, 1, 1, 1}));
            Operand<TFloat32> mean = tf.math.add(output, tf.math.mul(tf.math.sub(latents, output), keep));
            return new Transition(mean, tf.reshape(parts.get(1), tf.constant(new int[] {n, 1, 1, 1})), output);
        }
    }

    private static final class Network implements PolicyNetwork {
        private final boolean pooled;
        private final Guidance guidance;
        private final Parameter base;
        private final Parameter mix;
        private final Parameter shift;
        private final Optional<AdapterFactors> adapter;

        private record AdapterFactors(Parameter down, Parameter up) {}

        Network(GraphScope scope, ToyPolicy policy) {
            int rank = policy.rank;
            pooled = policy.pooled;
            guidance = policy.guidance;
            base = scope.parameter("base", Shape.of(CHANNELS, CHANNELS), Initializer.normal(0.4), false);
            Initializer first = policy.displaced ? Initializer.normal(0.3) : Initializer.zeros();
            mix = scope.parameter("mix", Shape.of(CHANNELS, CHANNELS), first, true);
            shift = scope.parameter("shift", Shape.of(CHANNELS), first, true);
            adapter = rank == 0
                    ? Optional.empty()
                    : Optional.of(new AdapterFactors(
                            scope.parameter("down", Shape.of(CHANNELS, rank), Initializer.normal(1), true),
                            scope.parameter("up", Shape.of(rank, CHANNELS), Initializer.zeros(), true)));
        }

        @Override
        public Operand<TFloat32> predict(
                GraphScope scope,
                Operand<TFloat32> latents,
                Operand<TFloat32> timesteps,
                Conditioning conditioning,
                Weights weights) {
            Ops tf = scope.tf();
            int n = (int) latents.shape().get(0);
            Operand<TFloat32> rows = rows(tf, latents, conditioning);
            Operand<TFloat32> clean = tf.linalg.matMul(rows, base.value());
            if (weights != Weights.REFERENCE) {
                clean = tf.math.add(
                        clean, tf.math.add(tf.linalg.matMul(rows, of(scope, mix, weights)), of(scope, shift, weights)));
                if (adapter.isPresent()) {
                    Operand<TFloat32> low =
                            tf.linalg.matMul(rows, of(scope, adapter.get().down(), weights));
                    clean = tf.math.add(
                            clean, tf.linalg.matMul(low, of(scope, adapter.get().up(), weights)));
                }
            }
            Operand<TFloat32> text = tf.math.mean(conditioning.textStates(), tf.constant(1));
            if (guidance == Guidance.EMBEDDED) {
                Operand<TFloat32> scale = conditioning.get(Conditioning.GUIDANCE_SCALE);
                text = tf.math.add(text, tf.reshape(scale, tf.constant(new int[] {n, 1})));
            }
            return tf.math.add(
                    tf.reshape(clean, tf.constant(new int[] {n, SIZE, SIZE, CHANNELS})),
                    tf.reshape(text, tf.constant(new int[] {n, 1, 1, CHANNELS})));
        }

        /** A row for each place of each latent, with the pooled text added where there is one. */
        private Operand<TFloat32> rows(Ops tf, Operand<TFloat32> latents, Conditioning conditioning) {
            Operand<TFloat32> x = latents;
            if (pooled) {
                Operand<TFloat32> text = conditioning.get(Conditioning.POOLED_TEXT);
                x = tf.math.add(x, tf.reshape(text, tf.constant(new int[] {-1, 1, 1, CHANNELS})));
            }
            return tf.reshape(x, tf.constant(new int[] {-1, CHANNELS}));
        }

        private static Operand<TFloat32> of(GraphScope scope, Parameter trained, Weights weights) {
            return weights.follower()
                    .map(which -> scope.follower(trained, which))
                    .orElse(trained)
                    .value();
        }

        @Override
        public List<AdapterUnits> adapterUnits(
                GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {
            return adapter
                    .map(a -> {
                        Operand<TFloat32> rows = rows(scope.tf(), latents, conditioning);
                        int rank = (int) a.down().shape().get(1);
                        return new AdapterUnits(
                                a.down(),
                                a.up(),
                                scope.tf()
                                        .reshape(
                                                scope.tf()
                                                        .linalg
                                                        .matMul(rows, a.down().value()),
                                                scope.tf().constant(new int[] {
                                                    (int) latents.shape().get(0), -1, rank
                                                })),
                                1.0 / rank);
                    })
                    .stream()
                    .toList();
        }

        @Override
        public Operand<TFloat32> decode(GraphScope scope, Operand<TFloat32> latents) {
            Ops tf = scope.tf();
            Operand<TFloat32> colours = tf.math.sigmoid(latents);
            Operand<TFloat32> first =
                    tf.slice(colours, tf.constant(new int[] {0, 0, 0, 0}), tf.constant(new int[] {-1, -1, -1, 1}));
            return tf.concat(List.of(colours, first), tf.constant(3));
        }

        /** What {@link #decode} makes these pictures of, colours in [0.01, 0.99]. */
        @Override
        public Operand<TFloat32> encode(GraphScope scope, Operand<TFloat32> images) {
            Ops tf = scope.tf();
            Operand<TFloat32> colours = tf.clipByValue(
                    tf.slice(
                            images, tf.constant(new int[] {0, 0, 0, 0}), tf.constant(new int[] {-1, -1, -1, CHANNELS})),
                    tf.constant(0.01f),
                    tf.constant(0.99f));
            return tf.math.log(tf.math.div(colours, tf.math.sub(tf.constant(1f), colours)));
        }

        @Override
        public List<Parameter> trainable() {
            List<Parameter> all = new ArrayList<>(List.of(mix, shift));
            adapter.ifPresent(a -> all.addAll(List.of(a.down(), a.up())));
            return all;
        }

        @Override
        public Map<String, StoredTensor> stored() {
            return Map.of("mix", new StoredTensor(mix, t -> t), "shift", new StoredTensor(shift, t -> t));
        }

        @Override
        public Path export(Path folder, ParameterValues values) {
            return folder;
        }
    }
}
