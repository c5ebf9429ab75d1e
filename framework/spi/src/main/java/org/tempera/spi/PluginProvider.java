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
     * What a configuration comes to, by which it is told whether another measures alike: optional keys that are left out have the
     * value that other keys or the files' settings give them, and keys that another key makes mean nothing have their defaults.
     * A run can go on with a configuration that comes to the same. A missing file says nothing.
     */
    default C resolved(C config) {
        return config;
    }
}
