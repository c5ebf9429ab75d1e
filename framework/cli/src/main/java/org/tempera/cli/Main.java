package org.tempera.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.tempera.runtime.Tempera;
import org.tempera.spi.UserException;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The `tempera` command: reads the arguments, runs the subcommand, gives its exit code. */
@Command(
        name = "tempera",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Fine-tunes text-to-image diffusion models by reinforcement learning.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrainCommand.class,
            ConfigCommand.class,
            PluginsCommand.class,
            VerifyCommand.class,
            ConvertCommand.class,
            ExportCommand.class,
            ReportCommand.class,
            SampleCommand.class,
            ScoreCommand.class,
            FitPreferenceCommand.class,
            BenchCommand.class
        })
public final class Main implements Runnable {
    /** Exit code where the user can mend what is wrong. */
    static final int USER_ERROR = 2;

    /** Exit code where the program is wrong. */
    static final int INTERNAL_ERROR = 70;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print stack traces, and what happens on the way.")
    private boolean debug;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Main() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        Interrupts.endAtOnce();
        System.exit(run(writer(System.out), writer(System.err), arguments));
    }

    /** UTF-8 but on Windows, whose consoles have their own encoding. */
    private static PrintWriter writer(PrintStream stream) {
        String encoding = System.getProperty("os.name").startsWith("Windows")
                ? System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"))
                : "UTF-8";
        return new PrintWriter(new OutputStreamWriter(stream, Charset.forName(encoding)), true);
    }

    /** Runs the command and gives its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        try {
            return commandLine(out, err).execute(arguments);
        } catch (OutOfMemoryError e) {
            err.println("tempera: out of memory in Java's heap (" + e.getMessage() + "; it may have "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MB). Raise it, such as with"
                    + " TEMPERA_JAVA_OPTS=-Xmx8g, or use fewer samples or steps in an epoch.");
            return USER_ERROR;
        }
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        line.setExecutionStrategy(parsed -> {
            if (main.debug) {
                // Read when the first logger is made, which is later.
                System.setProperty("tempera.log", "DEBUG");
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> main.explain(e, err));
        line.setParameterExceptionHandler((e, given) -> misused(e, err));
        return line;
    }

    /** The plugins on the class path. */
    static Tempera tempera() {
        return Tempera.load(Main.class.getClassLoader());
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private int explain(Exception e, PrintWriter err) {
        boolean full = e instanceof TFResourceExhaustedException;
        if (e instanceof UserException) {
            err.println("tempera: " + e.getMessage());
        } else if (full) {
            err.println("tempera: out of memory in TensorFlow ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                    + "). Use a smaller batch-size, or smaller pictures.");
        } else {
            err.println("tempera: internal error: " + e
                    + (debug ? "" : "\nThis is a mistake in Tempera or in a plugin. --debug shows where."));
        }
        if (debug) {
            e.printStackTrace(err);
        }
        return e instanceof UserException || full ? USER_ERROR : INTERNAL_ERROR;
    }

    private static int misused(ParameterException e, PrintWriter err) {
        CommandLine command = e.getCommandLine();
        err.println("tempera: " + e.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return USER_ERROR;
    }
}
