package org.tempera.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginCatalog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the plugins that were found, and what is wrong with others: then the exit code is 2. */
@Command(
        name = "plugins",
        mixinStandardHelpOptions = true,
        description = "Lists the plugins: kind, name, what it does, jar and version.")
final class PluginsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        PluginCatalog catalog = Main.tempera().plugins();
        PrintWriter out = spec.commandLine().getOut();
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
        TextTable.print(rows, out);
        catalog.idle().forEach(out::println);
        PrintWriter err = spec.commandLine().getErr();
        catalog.problems().forEach(p -> err.println("tempera: " + p.message()));
        return catalog.problems().isEmpty() ? 0 : Main.USER_ERROR;
    }
}
