package org.tempera.runtime.plugin;

import org.tempera.spi.PluginProvider;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.evaluation.GoldProvider;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.reward.RewardProvider;

/** What plugins there are kinds of. A name is unique within its kind. */
public enum PluginKind {
    POLICY("policy", PolicyProvider.class),
    ALGORITHM("algorithm", AlgorithmProvider.class),
    CRITIC("critic", CriticProvider.class),
    REWARD("reward", RewardProvider.class),
    GOLD("gold", GoldProvider.class);

    private final String label;

    @SuppressWarnings({"rawtypes", "ImmutableEnumChecker"}) // a class is immutable
    private final Class<? extends PluginProvider> service;

    @SuppressWarnings("rawtypes") // the class of a generic service
    PluginKind(String label, Class<? extends PluginProvider> service) {
        this.label = label;
        this.service = service;
    }

    /** The word for it in messages and listings. */
    public String label() {
        return label;
    }

    @SuppressWarnings("rawtypes") // the class of a generic service
    Class<? extends PluginProvider> service() {
        return service;
    }
}
