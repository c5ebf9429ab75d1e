package org.tempera.spi.reward;

import org.tempera.spi.PluginProvider;

/** The ServiceLoader service of rewards. */
public interface RewardProvider<C extends Record> extends PluginProvider<C> {
    /**
     * Makes the reward; its files are read here, so that a wrong one is told before anything is built.
     *
     * @throws org.tempera.spi.UserException if what the config names cannot be used
     */
    Reward create(C config);
}
