package org.tempera.spi.algorithm;

import org.tempera.spi.PluginProvider;

/** The ServiceLoader service of algorithms. */
public interface AlgorithmProvider<C extends Record> extends PluginProvider<C> {
    Algorithm create(C config);
}
