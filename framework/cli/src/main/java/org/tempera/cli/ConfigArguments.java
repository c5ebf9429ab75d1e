package org.tempera.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The config file of a run that a command looks into, and what is said instead of the file's values. */
final class ConfigArguments {
    @Parameters(index = "0", paramLabel = "RUN.conf", description = "The config file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "KEY=VALUE", description = "Overrides.")
    private List<String> overrides = List.of();

    Path file() {
        return file;
    }

    List<String> overrides() {
        return overrides;
    }
}
