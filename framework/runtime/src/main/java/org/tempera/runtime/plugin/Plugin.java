package org.tempera.runtime.plugin;

import org.tempera.spi.PluginProvider;

/**
 * A plugin that was found.
 *
 * @param jar the jar or folder of classes that it came from
 */
public record Plugin(PluginKind kind, PluginProvider<?> provider, PluginJar jar) {
    public String name() {
        return provider.name();
    }
}
