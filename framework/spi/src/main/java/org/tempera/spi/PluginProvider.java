package org.tempera.spi;

/**
 * What ServiceLoader finds: the name of a plugin and the record that configures it.
 *
 * <p>Providers have a no-argument constructor, hold no state and are never injected.
 *
 * @param <C> the plugin's configuration; its components are the kebab-case keys of its config block, and its compact
 *     constructor refuses values out of range with an {@link IllegalArgumentException}
 */
public interface PluginProvider<C extends Record> {
    /** The name that configs use: kebab-case, unique among plugins of one kind. */
    String name();

    /** One line that says what the plugin does. */
    String description();

    /** The record that the plugin's config block is bound to. */
    Class<C> configType();

    /** The values of keys that a config leaves out. */
    C defaults();

    /**
     * The configuration with every key at the value that takes effect; a run can go on with any configuration that
     * resolves to the same. An optional key that is left out gets the value that other keys or the settings in files
     * give it, and a key that another key makes meaningless gets its default. A missing file is passed over.
     */
    default C resolved(C config) {
        return config;
    }
}
