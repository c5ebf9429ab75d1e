package org.tempera.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.runtime.config.ConfigBlock;
import org.tempera.runtime.config.Names;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * Lists the plugins that were found, and what is wrong with others: then the exit code is 2. Or says what keys one has.
 */
@Command(
        name = "plugins",
        mixinStandardHelpOptions = true,
        description =
                "Lists the plugins: kind, name, what it does, jar and version. With a NAME: that plugin's keys, with"
                        + " their texts and defaults, and a block of a config that chooses it.")
final class PluginsCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A plugin, of whatever kind.")
    private @Nullable String name;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        if (name != null) {
            describe(named(name, output.tempera().plugins().plugins()));
            return 0;
        }
        PluginCatalog catalog = Main.tempera().plugins();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("KIND", "NAME", "JAR", "VERSION", "WHAT IT DOES"));
        for (Plugin p : catalog.plugins()) {
            rows.add(List.of(
                    p.kind().label(),
                    p.name(),
                    p.jar().name(),
                    p.jar().version().orElse("-"),
                    p.description()));
        }
        output.table(rows);
        catalog.idle().forEach(output::result);
        output.document(document(catalog));
        catalog.problems().forEach(p -> output.error(p.message()));
        return catalog.problems().isEmpty() ? 0 : Failure.USER_ERROR;
    }

    private static Map<String, Object> document(PluginCatalog catalog) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "plugins",
                catalog.plugins().stream().map(PluginsCommand::document).toList());
        document.put("idle", catalog.idle());
        document.put(
                "problems", catalog.problems().stream().map(p -> p.message()).toList());
        return document;
    }

    /** A name is unique within its kind only. */
    private static List<Plugin> named(String name, List<Plugin> plugins) {
        List<Plugin> found = plugins.stream().filter(p -> p.name().equals(name)).toList();
        if (found.isEmpty()) {
            throw new UserException("no plugin is named '" + name + "'. "
                    + Names.suggest(name, plugins.stream().map(Plugin::name).toList())
                    + " A plugin is a jar in the plugins folder or on the class path.");
        }
        return found;
    }

    private void describe(List<Plugin> plugins) {
        List<Object> documents = new ArrayList<>();
        for (Plugin plugin : plugins) {
            ConfigBlock block = ConfigBlock.of(plugin);
            output.result(plugin.kind().label() + " plugin " + plugin.name() + ", from "
                    + plugin.jar().name()
                    + plugin.jar().version().map(v -> " " + v).orElse(""));
            block.lines(output.width()).forEach(output::result);
            output.result("");
            output.result("Example:");
            block.example().forEach(line -> output.result("  " + line));
            Map<String, Object> document = document(plugin);
            document.putAll(BlockDocument.of(block));
            document.put("example", String.join("\n", block.example()));
            documents.add(document);
        }
        output.document(Map.of("plugins", documents));
    }

    private static Map<String, Object> document(Plugin plugin) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("kind", plugin.kind().label());
        document.put("name", plugin.name());
        document.put("description", plugin.description());
        document.put("jar", plugin.jar().name());
        plugin.jar().version().ifPresent(version -> document.put("version", version));
        return document;
    }
}
