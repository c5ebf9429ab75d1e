package org.tempera.runtime.config;

import org.tempera.core.text.Secrets;
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

    /** The secrets of the plugin's keys, for messages to leave them out. */
    public Secrets secrets() {
        Secrets secrets = new Secrets();
        ShownValue.of(config, false, secrets);
        return secrets;
    }
}
