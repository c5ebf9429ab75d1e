package org.tempera.core.reward;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.StandIn;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;

/**
 * A reward whose failures tell no secrets, whatever it, its libraries or its server say: reasons are kept in files of a
 * run, and thrown at programs.
 *
 * @param reward what is asked
 * @param secrets what is left out
 */
public record DiscreetReward(HostReward reward, Secrets secrets) implements HostReward, StandIn {
    /** The reward itself where it is built into a graph, which talks to nobody. */
    public static Reward of(Reward reward, Secrets secrets) {
        return reward instanceof HostReward host ? new DiscreetReward(host, secrets) : reward;
    }

    @Override
    public Class<?> plugin() {
        return StandIn.pluginOf(reward);
    }

    @Override
    public float[] score(List<Sample> samples) {
        return MaskedFailure.within(secrets, () -> reward.score(samples));
    }

    @Override
    public Map<String, String> provenance() {
        return PluginFault.requireGiven(
                "a reward", reward, "provenance", MaskedFailure.within(secrets, reward::provenance));
    }

    @Override
    public Optional<String> preprocessing() {
        return PluginFault.requireGiven(
                "a reward", reward, "preprocessing", MaskedFailure.within(secrets, reward::preprocessing));
    }
}
