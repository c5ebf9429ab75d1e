package org.tempera.runtime.plugin;

import org.tempera.spi.PluginProvider;

/**
 * A plugin that was found, and can be configured.
 *
 * @param name what configs call it
 * @param description one line that says what it does
 * @param jar the jar or folder of classes that it came from
 */
public record Plugin(PluginKind kind, String name, String description, PluginProvider<?> provider, PluginJar jar) {}
