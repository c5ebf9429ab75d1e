package org.tempera.runtime.plugin;

import org.tempera.spi.PluginProvider;

/**
 * A plugin that was found, and can be configured. What it says of itself was asked once, when it was found: it is other people's
 * code, which may answer otherwise, or not at all, the next time.
 *
 * @param name what configs call it
 * @param description one line that says what it does
 * @param defaults the values of the keys that a config leaves out; their class is the one that a config is bound to
 * @param jar the jar or folder of classes that it came from
 */
public record Plugin(
        PluginKind kind, String name, String description, PluginProvider<?> provider, Record defaults, PluginJar jar) {
    /** The record that a config is bound to. */
    public Class<? extends Record> configType() {
        return defaults.getClass();
    }
}
