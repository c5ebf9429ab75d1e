package org.tempera.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.tempera.runtime.plugin.Plugin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the plugins that were found. */
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
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("KIND", "NAME", "JAR", "VERSION", "WHAT IT DOES"));
        for (Plugin p : Main.tempera().plugins().plugins()) {
            rows.add(List.of(
                    p.kind().label(),
                    p.name(),
                    p.jar().name(),
                    p.jar().version().orElse("-"),
                    p.provider().description()));
        }
        TextTable.print(rows, spec.commandLine().getOut());
        return 0;
    }
}
