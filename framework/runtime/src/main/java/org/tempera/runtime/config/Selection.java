package org.tempera.runtime.config;

import org.tempera.spi.PluginProvider;

/**
 * A plugin that the config chose, with its bound configuration.
 *
 * @param <P> the kind of provider
 */
public record Selection<P extends PluginProvider<?>>(P provider, Record config) {
    public String name() {
        return provider.name();
    }
}
