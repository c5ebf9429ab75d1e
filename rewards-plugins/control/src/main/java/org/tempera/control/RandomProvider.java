package org.tempera.control;

import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** The plugin {@code random}. */
public final class RandomProvider implements RewardProvider<RandomConfig> {
    @Override
    public String name() {
        return "random";
    }

    @Override
    public String description() {
        return "A standard normal number that does not look at the image: the control for what training does by itself";
    }

    @Override
    public Class<RandomConfig> configType() {
        return RandomConfig.class;
    }

    @Override
    public RandomConfig defaults() {
        return new RandomConfig(0);
    }

    @Override
    public Reward create(RandomConfig config) {
        return new RandomReward(config.seed());
    }
}
