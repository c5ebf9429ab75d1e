package org.tempera.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The `tempera` command: reads the arguments, runs the subcommand, gives its exit code. */
@Command(
        name = "tempera",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Fine-tunes text-to-image diffusion models by reinforcement learning.")
public final class Main implements Runnable {
    private Main() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
