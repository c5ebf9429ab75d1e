package org.tempera.core.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Trajectory;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A real diffusion policy of twelve trained weights for tests of the loop: the output is a 1x1 convolution of the latent plus a bias
 * and the mean of the text states, the noise process a random walk toward the prediction.
 */
public final class TinyPolicy implements DiffusionPolicy {
    private static final int SIZE = 4;
    private static final int CHANNELS = 3;
    private static final int TOKENS = 4;

    @Override
    public PolicyShape shape() {
        return new PolicyShape(SIZE, SIZE, CHANNELS, SIZE, SIZE, TOKENS, CHANNELS);
    }

    @Override
    public int[] tokenize(String prompt) {
        int[] ids = new int[TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            ids[i] = i < prompt.length() ? prompt.charAt(i) % 32 : 0;
        }
        return ids;
    }

    @Override
    public NoiseProcess noiseProcess() {
        return new Walk();
    }

    @Override
    public PolicyNetwork build(GraphScope scope) {
        return new Network(scope);
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
        private final Parameter kernel;
        private final Parameter bias;
        private final Parameter table;

        Network(GraphScope scope) {
            kernel = scope.parameter("kernel", Shape.of(CHANNELS, CHANNELS), Initializer.normal(0.3), true);
            bias = scope.parameter("bias", Shape.of(CHANNELS), Initializer.zeros(), true);
            table = scope.parameter("table", Shape.of(32, CHANNELS), Initializer.normal(0.3), false);
        }

        @Override
        public Conditioning encodeText(GraphScope scope, Operand<TInt32> ids) {
            return new Conditioning(
                    scope.tf().gather(table.value(), ids, scope.tf().constant(0)));
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
            Operand<TFloat32> text = tf.math.mean(conditioning.hidden(), tf.constant(1));
            return tf.math.add(mixed, tf.reshape(text, tf.constant(new int[] {n, 1, 1, CHANNELS})));
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
