package org.tempera.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the values that a run would really use. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Prints the effective config of a run, each key with where its value comes from.")
final class ConfigCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN.conf", description = "The config file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "KEY=VALUE", description = "Overrides.")
    private List<String> overrides = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        out.print(Main.tempera(spec).config(file, overrides).effective().renderWithOrigins());
        out.flush();
        return 0;
    }
}
