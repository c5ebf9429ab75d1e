package org.tempera.runtime.config;

import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.spi.PluginProvider;

/**
 * A plugin that the config chose, with its bound configuration.
 *
 * @param <P> the kind of provider
 * @param defaults the values of the keys that a config leaves out, as the plugin said them when it was found
 */
public record Selection<P extends PluginProvider<?>>(P provider, Record config, Record defaults) {
    public String name() {
        return provider.name();
    }

    /** The secrets of the plugin's keys, for messages to leave them out. */
    public Secrets secrets() {
        return secrets(config);
    }

    /** The secrets of a plugin's bound configuration. */
    public static Secrets secrets(Record config) {
        Secrets secrets = new Secrets();
        ShownValue.of(config, false, secrets);
        return secrets;
    }

    /** What the configuration comes to, as the plugin says. */
    public Record resolved() {
        PluginProvider<?> plugin = provider;
        return resolved(plugin, config);
    }

    private static <C extends Record> Record resolved(PluginProvider<C> provider, Record config) {
        String plugin = "the plugin '" + provider.name() + "'";
        @Nullable
        Record resolved = PluginGuard.call(
                plugin + " cannot say what its keys come to",
                provider.getClass(),
                () -> provider.resolved(provider.configType().cast(config)));
        if (resolved == null) {
            throw PluginFault.of(plugin, provider, "gives null instead of its configuration");
        }
        return resolved;
    }
}
