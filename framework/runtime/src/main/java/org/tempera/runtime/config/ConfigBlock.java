package org.tempera.runtime.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginKind;

/**
 * A block of a config: the framework's own, or a plugin's.
 *
 * @param path where it stands, such as {@code run} or {@code policy.stable-diffusion}
 * @param about one line that says what it is for
 * @param plugin whose it is; empty for the framework's own
 */
public record ConfigBlock(String path, String about, List<ConfigKey> keys, Optional<Plugin> plugin) {
    private static final String TEXT = "      ";

    public ConfigBlock {
        keys = List.copyOf(keys);
    }

    /** The block of a plugin, by which a third party's is described as well as ours. */
    public static ConfigBlock of(Plugin plugin) {
        String parent =
                plugin.kind() == PluginKind.REWARD ? "rewards" : plugin.kind().label();
        return new ConfigBlock(
                parent + "." + plugin.name(),
                plugin.about(),
                PluginGuard.call(
                        "the keys of the " + plugin.kind().label() + " plugin '" + plugin.name() + "' cannot be read",
                        plugin.provider().getClass(),
                        () -> ConfigKey.of(plugin.configType(), plugin.defaults())),
                Optional.of(plugin));
    }

    /** For people: each key with its default and type in a line, and what it does below, in lines of a width. */
    public List<String> lines(int width) {
        List<String> lines = new ArrayList<>();
        lines.addAll(ConfigLines.wrapped(path + ": " + about, width));
        for (ConfigKey key : keys) {
            lines.add("  " + key.name() + key.defaultValue().map(v -> " = " + v).orElse("") + "  (" + key.type()
                    + (key.isRequired() ? ", must be given)" : ")"));
            if (!key.text().isBlank()) {
                ConfigLines.wrapped(key.text(), width - TEXT.length()).forEach(line -> lines.add(TEXT + line));
            }
        }
        if (keys.isEmpty()) {
            lines.add("  It has no keys.");
        }
        return lines;
    }

    /**
     * Lines of a config that choose the plugin, with all its keys: the defaults, and examples of what must be given.
     */
    public List<String> example() {
        Plugin p = plugin.orElseThrow();
        boolean reward = p.kind() == PluginKind.REWARD;
        ConfigLines lines = new ConfigLines();
        lines.open(reward ? "rewards" : p.kind().label());
        if (!reward) {
            lines.set("use", p.name());
        }
        lines.open(p.name());
        if (reward) {
            lines.set("role", "train");
        }
        keys.forEach(key -> lines.set(key.name(), key.anyValue()));
        return lines.close().close().lines();
    }
}
