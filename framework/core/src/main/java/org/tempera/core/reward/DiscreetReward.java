package org.tempera.core.reward;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.text.Secrets;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;

/**
 * A reward whose failures tell no secrets, whatever it, its libraries or its server say: reasons are kept in files of a
 * run, and thrown at programs.
 *
 * @param plugin what is asked
 * @param secrets what is left out
 */
public record DiscreetReward(HostReward plugin, Secrets secrets) implements HostReward {
    /** The reward itself where it is built into a graph, which talks to nobody. */
    public static Reward of(Reward reward, Secrets secrets) {
        return reward instanceof HostReward host ? new DiscreetReward(host, secrets) : reward;
    }

    /** What the plugin made, for who asks where its code is from. */
    static HostReward plugin(HostReward reward) {
        return reward instanceof DiscreetReward discreet ? discreet.plugin : reward;
    }

    @Override
    public float[] score(List<Sample> samples) {
        try {
            return plugin.score(samples);
        } catch (RuntimeException e) {
            throw MaskedFailure.of(e, secrets);
        } catch (Exception e) {
            // Languages without checked exceptions throw them anywhere.
            throw MaskedFailure.of(new IllegalStateException(e.toString(), e), secrets);
        }
    }

    @Override
    public Map<String, String> provenance() {
        return PluginFault.requireGiven("a reward", plugin, "provenance", plugin.provenance());
    }

    @Override
    public Optional<String> preprocessing() {
        return PluginFault.requireGiven("a reward", plugin, "preprocessing", plugin.preprocessing());
    }
}
