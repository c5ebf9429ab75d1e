package org.tempera.core.train;

import java.nio.file.Path;
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
 * A real diffusion policy of twelve trained weights for tests of the loop: the output is a 1x1 convolution of the latent plus a bias
 * and the mean of the text states, the noise process a random walk toward the prediction.
 */
public final class TinyPolicy implements DiffusionPolicy {
    private static final int SIZE = 4;
    private static final int CHANNELS = 3;
    private static final int TOKENS = 4;
    private static final int WORDS = 32;

    private final Guidance guidance;
    private final boolean pooled;

    public TinyPolicy() {
        this(Guidance.CLASSIFIER_FREE, false);
    }

    private TinyPolicy(Guidance guidance, boolean pooled) {
        this.guidance = guidance;
        this.pooled = pooled;
    }

    /** One with a second tokenizer, for the prompt's last letter, and a second tensor of it, which is added to the output. */
    public static TinyPolicy pooled() {
        return new TinyPolicy(Guidance.CLASSIFIER_FREE, true);
    }

    /** One that is steered otherwise: by a scale that is added to the output, or not at all. */
    public static TinyPolicy steered(Guidance guidance) {
        return new TinyPolicy(guidance, false);
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
        return new Text(pooled);
    }

    @Override
    public NoiseProcess noiseProcess() {
        return new Walk();
    }

    @Override
    public PolicyNetwork build(GraphScope scope) {
        return new Network(scope, pooled, guidance);
    }

    @Override
    public long parameterCount() {
        return CHANNELS * CHANNELS + CHANNELS;
    }

    @Override
    public Map<String, String> provenance() {
        return Map.of();
    }

    @Override
    public void close() {}

    /** The prompt's first letters. */
    private record Letters() implements PromptTokenizer {
        @Override
        public int[] tokenize(String prompt) {
            int[] ids = new int[TOKENS];
            for (int i = 0; i < TOKENS; i++) {
                ids[i] = i < prompt.length() ? prompt.charAt(i) % WORDS : 0;
            }
            return ids;
        }

        @Override
        public Optional<String> leftOut(String prompt) {
            return prompt.length() > TOKENS ? Optional.of(prompt.substring(TOKENS)) : Optional.empty();
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

    private record Text(boolean pooled) implements TextEncoder {
        @Override
        public List<PromptTokenizer> tokenizers() {
            return pooled ? List.of(new Letters(), new LastLetter()) : List.of(new Letters());
        }

        @Override
        public Map<String, Shape> shapes() {
            Map<String, Shape> shapes = new LinkedHashMap<>();
            shapes.put(Conditioning.TEXT_STATES, Shape.of(TOKENS, CHANNELS));
            if (pooled) {
                shapes.put(Conditioning.POOLED_TEXT, Shape.of(CHANNELS));
            }
            return shapes;
        }

        @Override
        public TextNetwork build(GraphScope scope) {
            Parameter table = scope.parameter("table", Shape.of(WORDS, CHANNELS), Initializer.normal(0.3), false);
            return (at, ids) -> {
                Ops tf = at.tf();
                Conditioning states = Conditioning.ofTextStates(tf.gather(table.value(), ids.get(0), tf.constant(0)));
                return pooled
                        ? states.with(
                                Conditioning.POOLED_TEXT,
                                tf.reshape(
                                        tf.gather(table.value(), ids.get(1), tf.constant(0)),
                                        tf.constant(new int[] {-1, CHANNELS})))
                        : states;
            };
        }

        @Override
        public long parameterCount() {
            return WORDS * CHANNELS;
        }
    }

    /** Steps to 0.7 x + 0.4 out with deviation 0.3 eta. */
    private static final class Walk implements NoiseProcess {
        @Override
        public int trainTimesteps() {
            return 1000;
        }

        @Override
        public int coefficientCount() {
            return 3;
        }

        /** Timesteps are equally far from each other, so of three steps not whole. */
        @Override
        public Trajectory trajectory(int steps, double eta) {
            float[] timesteps = new float[steps];
            float[][] rows = new float[steps][];
            boolean[] stochastic = new boolean[steps];
            for (int i = 0; i < steps; i++) {
                timesteps[i] = 1000f * (steps - 1 - i) / steps;
                rows[i] = new float[] {0.7f, 0.4f, (float) (0.3 * eta)};
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
            var parts = tf.unstack(coefficients, 3L, org.tensorflow.op.core.Unstack.axis(1L))
                    .output();
            Operand<TFloat32> keep = tf.reshape(parts.get(0), tf.constant(new int[] {n, 1, 1, 1}));
            Operand<TFloat32> move = tf.reshape(parts.get(1), tf.constant(new int[] {n, 1, 1, 1}));
            Operand<TFloat32> mean = tf.math.add(tf.math.mul(latents, keep), tf.math.mul(output, move));
            return new Transition(mean, tf.reshape(parts.get(2), tf.constant(new int[] {n, 1, 1, 1})), output);
        }
    }

    private static final class Network implements PolicyNetwork {
        private final boolean pooled;
        private final Guidance guidance;
        private final Parameter kernel;
        private final Parameter bias;

        Network(GraphScope scope, boolean pooled, Guidance guidance) {
            this.pooled = pooled;
            this.guidance = guidance;
            kernel = scope.parameter("kernel", Shape.of(CHANNELS, CHANNELS), Initializer.normal(0.3), true);
            bias = scope.parameter("bias", Shape.of(CHANNELS), Initializer.zeros(), true);
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
            Operand<TFloat32> rows = tf.reshape(latents, tf.constant(new int[] {-1, CHANNELS}));
            Operand<TFloat32> mixed = tf.reshape(
                    tf.math.add(tf.linalg.matMul(rows, of(scope, kernel, weights)), of(scope, bias, weights)),
                    tf.shape(latents));
            Operand<TFloat32> text = tf.math.mean(conditioning.textStates(), tf.constant(1));
            if (pooled) {
                text = tf.math.add(text, conditioning.get(Conditioning.POOLED_TEXT));
            }
            if (guidance == Guidance.EMBEDDED) {
                text = tf.math.add(
                        text, tf.reshape(conditioning.get(Conditioning.GUIDANCE_SCALE), tf.constant(new int[] {n, 1})));
            }
            return tf.math.add(mixed, tf.reshape(text, tf.constant(new int[] {n, 1, 1, CHANNELS})));
        }

        /** The pooled text itself, as if it were what a layer of an adapter gives. */
        @Override
        public List<AdapterUnits> adapterUnits(
                GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {
            if (!pooled) {
                return List.of();
            }
            Operand<TFloat32> outputs = scope.tf()
                    .reshape(
                            conditioning.get(Conditioning.POOLED_TEXT),
                            scope.tf().constant(new int[] {-1, 1, CHANNELS}));
            return List.of(new AdapterUnits(kernel, kernel, outputs, 1));
        }

        /** The reference policy is the policy here. */
        private static Operand<TFloat32> of(GraphScope scope, Parameter trained, Weights weights) {
            return weights.follower()
                    .map(which -> scope.follower(trained, which))
                    .orElse(trained)
                    .value();
        }

        @Override
        public Operand<TFloat32> decode(GraphScope scope, Operand<TFloat32> latents) {
            return scope.tf().math.sigmoid(latents);
        }

        @Override
        public Operand<TFloat32> encode(GraphScope scope, Operand<TFloat32> images) {
            return images;
        }

        @Override
        public List<Parameter> trainable() {
            return List.of(kernel, bias);
        }

        @Override
        public Map<String, StoredTensor> stored() {
            Map<String, StoredTensor> all = new LinkedHashMap<>();
            all.put("kernel", new StoredTensor(kernel, t -> t));
            return all;
        }

        @Override
        public Path export(Path folder, ParameterValues values) {
            return folder;
        }
    }
}
