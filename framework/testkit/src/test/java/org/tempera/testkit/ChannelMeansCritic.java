package org.tempera.testkit;

import java.util.List;
import java.util.Optional;
import org.tempera.spi.ConfigException;
import org.tempera.spi.Doc;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.critic.Recyclable;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Values a state by the means of its channels and its timestep: the critic of docs/write-a-critic.md. */
public final class ChannelMeansCritic implements CriticProvider<ChannelMeansCritic.Config> {
    public record Config(@Doc("Standard deviation that weights are drawn with; above 0.") double deviation) {
        public Config {
            if (!(deviation > 0)) {
                throw new ConfigException("deviation", "must be above 0, was " + deviation);
            }
        }
    }

    @Override
    public String name() {
        return "channel-means";
    }

    @Override
    public String description() {
        return "An affine map of the means of a state's channels and its timestep";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Config defaults() {
        return new Config(0.1);
    }

    @Override
    public Critic create(Config config) {
        return (scope, shape, policy) -> new Network(scope, shape.latentChannels(), config.deviation());
    }

    private static final class Network implements CriticNetwork {
        private final int channels;
        private final Parameter weight;
        private final Parameter bias;

        Network(GraphScope scope, int channels, double deviation) {
            this.channels = channels;
            weight = scope.parameter("weight", Shape.of(2L * channels + 1, 1), Initializer.normal(deviation), true);
            bias = scope.parameter("bias", Shape.of(1), Initializer.zeros(), true);
        }

        @Override
        public int featureWidth() {
            return 2 * channels;
        }

        /** Means over the picture, of the latent and of the clean latent that the policy predicts. */
        @Override
        public Operand<TFloat32> features(GraphScope scope, State state) {
            Ops tf = scope.tf();
            var picture = tf.constant(new int[] {1, 2});
            var latents = tf.math.mean(state.latents(), picture);
            var clean = tf.math.mean(state.predictedClean(), picture);
            return tf.stopGradient(tf.concat(List.of(latents, clean), tf.constant(1)));
        }

        @Override
        public Operand<TFloat32> value(
                GraphScope scope,
                Operand<TFloat32> features,
                Operand<TFloat32> fractions,
                Optional<Operand<TInt32>> dropoutSeed) {
            Ops tf = scope.tf();
            var column = tf.reshape(fractions, tf.constant(new int[] {-1, 1}));
            var rows = tf.concat(List.of(features, column), tf.constant(1));
            var values = tf.math.add(tf.linalg.matMul(rows, weight.value()), bias.value());
            return tf.reshape(values, tf.constant(new int[] {-1}));
        }

        @Override
        public List<Parameter> trainable() {
            return List.of(weight, bias);
        }

        /** It has no hidden neurons, so nothing can be reset. */
        @Override
        public Optional<Recyclable> recyclable() {
            return Optional.empty();
        }
    }
}
