package org.tempera.spi.critic;

import org.tempera.spi.PluginProvider;

/** The ServiceLoader service of critics. */
public interface CriticProvider<C extends Record> extends PluginProvider<C> {
    Critic create(C config);
}
