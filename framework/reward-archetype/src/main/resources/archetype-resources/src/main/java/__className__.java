package ${package};

import org.tempera.spi.Doc;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** Rewards bright images, until it says what you want: higher is better. */
public final class ${className} implements RewardProvider<${className}.Config> {
    /** The keys of this reward in a config. */
    public record Config(@Doc("Factor of the score.") double scale) {}

    @Override public String name() { return "${rewardName}"; }
    @Override public String description() { return "Mean of all channels"; }
    @Override public Class<Config> configType() { return Config.class; }
    @Override public Config defaults() { return new Config(1); }

    @Override public Reward create(Config config) {
        return GraphReward.of((scope, in) -> {
            var tf = scope.tf();
            // Images are [batch, height, width, 3], RGB in [0,1]; a score is [batch].
            var mean = tf.math.mean(in.images(), tf.constant(new int[] {1, 2, 3}));
            return tf.math.mul(mean, tf.constant((float) config.scale()));
        });
    }
}
