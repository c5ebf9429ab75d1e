package org.tempera.core.plugin;

import java.util.Map;
import java.util.function.Supplier;

/** Asks what a plugin made for the hashes of its files. */
public final class PluginProvenance {
    private PluginProvenance() {}

    /**
     * SHA-256 of each of the files, by their names.
     *
     * @param plugin its kind and name, such as {@code the critic plugin 'mine'}
     * @param object what the plugin made; its class tells the jar
     * @throws PluginFault if it throws, or gives null, also for one of the hashes
     */
    public static Map<String, String> of(String plugin, Object object, Supplier<Map<String, String>> provenance) {
        Map<String, String> given = PluginFault.requireGiven(
                plugin,
                object,
                "provenance",
                PluginGuard.call(plugin + " cannot say its provenance", StandIn.pluginOf(object), provenance));
        given.forEach((file, hash) -> {
            PluginFault.requireGiven(plugin, object, "provenance's name of a file", file);
            PluginFault.requireGiven(plugin, object, "provenance of " + file, hash);
        });
        return given;
    }
}
