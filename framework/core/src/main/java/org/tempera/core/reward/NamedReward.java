package org.tempera.core.reward;

import java.util.Optional;
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

    /** What is wrong with its settings, with the key; empty if nothing. */
    public Optional<String> problem() {
        return settings.ball().isNone() || reward instanceof BallReward
                ? Optional.empty()
                : Optional.of(
                        "rewards." + name + ".ball.radius: expected 0, for the reward has no gradient that leads to the"
                                + " worst picture, found " + settings.ball().radius());
    }
}
