package org.tempera.spi.critic;

import org.tempera.spi.PluginProvider;

/** The ServiceLoader service of critics. */
public interface CriticProvider<C extends Record> extends PluginProvider<C> {
    /**
     * Makes the critic; its files are read here, so that a wrong one is told before anything is built.
     *
     * @throws org.tempera.spi.UserException if what the config names cannot be used
     */
    Critic create(C config);
}
