package org.tempera.spi.reward;

import org.tempera.spi.PluginProvider;

/** The ServiceLoader service of rewards. */
public interface RewardProvider<C extends Record> extends PluginProvider<C> {
    Reward create(C config);
}
