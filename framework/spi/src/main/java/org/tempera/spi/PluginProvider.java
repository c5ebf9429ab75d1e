package org.tempera.spi;

/**
 * What ServiceLoader finds: the name of a plugin and the record that configures it.
 *
 * <p>Providers have a no-argument constructor, hold no state and are never injected.
 *
 * @param <C> the plugin's configuration; its components are the kebab-case keys of its config block, each with a {@link
 *     Doc}, and its compact constructor refuses values out of range by {@link Require}, or those that do not fit
 *     together with an {@link IllegalArgumentException}. {@link Required} marks a key without a default, {@link Inline}
 *     a record whose keys stand among the others, {@link ReadWhere} a key that is read under some values of another
 *     alone, {@link Secret} one that is shown to nobody, {@link FormerKey} one that has been renamed
 */
public interface PluginProvider<C extends Record> {
    /** The name that configs use: kebab-case, unique among plugins of one kind. */
    String name();

    /** One line that says what the plugin does. */
    String description();

    /** The record that the plugin's config block is bound to. */
    Class<C> configType();

    /** The values of keys that a config leaves out; none is null, not even of a {@link Required} key. */
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
