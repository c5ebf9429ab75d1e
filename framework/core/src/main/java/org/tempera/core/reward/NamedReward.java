package org.tempera.core.reward;

import org.tempera.core.config.RewardSettings;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;

/**
 * A reward as a run uses it.
 *
 * @param name its name in the config and in metrics
 */
public record NamedReward(String name, RewardSettings settings, Reward reward) {
    /** A reward that is scored in a ball around each picture where its settings have one. */
    public NamedReward {
        if (reward instanceof GraphReward inGraph) {
            reward = BallReward.of(inGraph, settings.ball(), settings.weight());
        }
    }
}
