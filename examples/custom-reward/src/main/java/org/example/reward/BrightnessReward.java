package org.example.reward;

import org.tempera.spi.Doc;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** Rewards bright images; a part of the graph, with a gradient. */
public final class BrightnessReward implements RewardProvider<BrightnessReward.Config> {
    public record Config(@Doc("Factor of the score.") double scale) {}

    @Override public String name() { return "brightness"; }
    @Override public String description() { return "Mean of all channels"; }
    @Override public Class<Config> configType() { return Config.class; }
    @Override public Config defaults() { return new Config(1); }

    @Override public Reward create(Config config) {
        return GraphReward.of((scope, in) -> {
            var tf = scope.tf();
            var mean = tf.math.mean(in.images(), tf.constant(new int[] {1, 2, 3}));
            return tf.math.mul(mean, tf.constant((float) config.scale()));
        });
    }
}
