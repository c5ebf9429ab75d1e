package org.tempera.cli;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.Printable;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.CodeOrigin;
import org.tempera.core.plugin.FailureReason;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.runtime.Tempera;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The `tempera` command: reads the arguments, runs the subcommand, gives its exit code. */
@Command(
        name = "tempera",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Fine-tunes text-to-image diffusion models by reinforcement learning.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrainCommand.class,
            InitCommand.class,
            ConfigCommand.class,
            PluginsCommand.class,
            VerifyCommand.class,
            ConvertCommand.class,
            ExportCommand.class,
            ReportCommand.class,
            CompareCommand.class,
            EvaluateCommand.class,
            SweepCommand.class,
            SampleCommand.class,
            ScoreCommand.class,
            FitPreferenceCommand.class,
            PlanCommand.class,
            BenchCommand.class,
            DoctorCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:verify: a case differs",
            "2:the input, the options, a plugin or the machine: the message says what to do",
            "70:a mistake in Tempera",
            "141:done, and nobody read the output to its end",
            "130:stopped by Ctrl-C, saved; 129, 143: by another signal",
            "138:another worker of the run is lost: start all of them again; or a reward's scorer is away"
        })
public final class Main implements Runnable {
    /** Exit code where nobody reads the output any more, that of other programs on SIGPIPE. */
    static final int UNREAD = 141;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print stack traces, and what happens on the way.")
    private boolean debug;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final PrintWriter data;
    private final List<String> arguments;
    private final Secrets secrets;
    private @Nullable ParseResult parsed;
    private boolean documented;
    private @Nullable Console console;

    /**
     * Makes the command.
     *
     * @param data standard output without the masks of {@link SecretsWriter}, which could make JSON no JSON
     * @param arguments as they were given, for where they cannot be parsed
     * @param secrets gets those of the configurations that are read
     */
    private Main(PrintWriter data, List<String> arguments, Secrets secrets) {
        this.data = data;
        this.arguments = arguments;
        this.secrets = secrets;
    }

    /** Takes the command's passing states off the screen before a message of a failure. */
    void shows(Console states) {
        console = states;
    }

    /** Prints the command's one document, of plain data that has lost its secrets before. */
    void document(Object plain) {
        data.print(PlainJson.pretty(plain));
        data.flush();
        documented = true;
    }

    /** Says as a document that the command failed, where documents are asked for and none was printed. */
    private void failure(String message, int code) {
        if (isJson() && !documented) {
            Map<String, Object> failure = new LinkedHashMap<>();
            failure.put("error", secrets.masked(message));
            failure.put("exit_code", code);
            document(failure);
        }
    }

    /**
     * Whether failures are a document, too: the command was told so, or may have been where its arguments cannot be
     * parsed.
     */
    private boolean isJson() {
        @Nullable ParseResult last = parsed;
        if (last == null) {
            int end = arguments.indexOf("--");
            return arguments.subList(0, end < 0 ? arguments.size() : end).contains("--json");
        }
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last.matchedOptionValue("--json", false);
    }

    /** What may not be shown. */
    Secrets secrets() {
        return secrets;
    }

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) throws IOException {
        Interrupts.endAtOnce();
        Writer err = writer(FileDescriptor.err);
        Secrets secrets = new Secrets();
        PrintWriter shown = new PrintWriter(new SecretsWriter(new PrintableWriter(err), secrets), true);
        LibrariesError libraries = new LibrariesError(shown);
        System.setErr(libraries.stream());
        System.setOut(libraries.stream()); // what plugins print is no part of the result, which has a stream of its own
        Thread main = Thread.currentThread();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            Throwable masked = MaskedFailure.of(thrown, secrets);
            Failure failure = Failure.of(masked);
            shown.println("tempera: in the thread " + thread.getName()
                    + FailureReason.ofOthers(masked)
                            .map(reason -> ", which a plugin or a library began: " + reason + ".")
                            .orElseGet(() -> ": " + failure.message()));
            if (thread == main) {
                Runtime.getRuntime().halt(failure.exitCode()); // Java's would be 1
            }
        });
        int code = run(writer(FileDescriptor.out), err, secrets, arguments);
        libraries.finish();
        System.exit(code);
    }

    /**
     * UTF-8 but on Windows, whose consoles have their own encoding. A plain stream, for PrintStream keeps failures to
     * itself.
     */
    private static Writer writer(FileDescriptor stream) {
        String encoding = System.getProperty("os.name").startsWith("Windows")
                ? System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"))
                : "UTF-8";
        return new BufferedWriter(new OutputStreamWriter(new FileOutputStream(stream), Charset.forName(encoding)));
    }

    /** Runs the command and gives its exit code, whatever happens. */
    static int run(Writer out, Writer err, String... arguments) {
        return run(out, err, new Secrets(), arguments);
    }

    private static int run(Writer out, Writer err, Secrets secrets, String... arguments) {
        PrintableWriter screen = new PrintableWriter(out);
        PrintWriter toOut = new PrintWriter(new SecretsWriter(screen, secrets), true);
        PrintWriter toErr = new PrintWriter(new SecretsWriter(new PrintableWriter(err), secrets), true);
        CommandLine line = commandLine(new Main(new PrintWriter(screen), List.of(arguments), secrets), toOut, toErr);
        int code;
        try {
            Arguments.requireReadable(arguments);
            code = line.execute(arguments);
        } catch (Throwable e) {
            // picocli passes on what is no Exception.
            code = line.<Main>getCommand().explain(e, toErr);
        }
        toOut.flush();
        Optional<IOException> lost = screen.failure();
        if (lost.isPresent() && isUnread(lost.get())) {
            return code == 0 ? UNREAD : code; // whoever reads has seen enough: no mistake of anybody's
        }
        if (lost.isPresent()) {
            toErr.println("tempera: the output could not be written ("
                    + lost.get().getMessage() + "). What the command did besides is done.");
            return code == 0 ? Failure.USER_ERROR : code;
        }
        return code;
    }

    /**
     * Whether a pipe was closed at its other end, such as by {@code grep -q}; what the system says of it is all that
     * Java tells.
     */
    private static boolean isUnread(IOException e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return commandLine(new Main(out, List.of(), new Secrets()), out, err);
    }

    private static CommandLine commandLine(Main main, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(main)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                // Escape sequences would be shown, as those of others are.
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        line.setExecutionStrategy(parsed -> {
            main.parsed = parsed;
            if (main.debug) {
                // Read when the first logger is made, which is later.
                System.setProperty("tempera.log", "DEBUG");
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> main.explain(e, err));
        line.setParameterExceptionHandler((e, given) -> main.misused(e, err));
        List.of(int.class, Integer.class)
                .forEach(type -> line.registerConverter(type, number("a whole number", Integer::valueOf)));
        line.registerConverter(long.class, number("a whole number", Long::valueOf));
        List.of(double.class, Double.class)
                .forEach(type -> line.registerConverter(type, number("a number", Main::finite)));
        line.registerConverter(Path.class, Main::path);
        return line;
    }

    /** Reads an option's number, and says of another word what a config's key would say. */
    private static <N extends Number> ITypeConverter<N> number(String expected, Function<String, N> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException(
                        "expected " + (text.matches("[+-]?\\d+") ? "a number of fewer digits" : expected) + ", found '"
                                + text + "'");
            }
        };
    }

    /** Java reads names of what is no number, too, such as NaN. */
    private static Double finite(String text) {
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number)) {
            throw new NumberFormatException(text);
        }
        return number;
    }

    /** An empty one would be the working directory: that of a script whose variable is not set. */
    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("expected a path, found none");
        }
        return Path.of(text);
    }

    /** The plugins on the class path, without a word on what is wrong. */
    static Tempera tempera() {
        return tempera(new Secrets());
    }

    /** The same. @param secrets gets those of the configurations that are read */
    static Tempera tempera(Secrets secrets) {
        ClassLoader loader = Main.class.getClassLoader();
        Path lib = Path.of(CodeOrigin.of(Main.class).location()).getParent();
        return lib == null || !lib.endsWith("lib")
                ? Tempera.load(loader, Optional.empty(), secrets)
                : Tempera.load(loader, Optional.of(lib.resolveSibling("plugins")), secrets);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Those of the command that was given. */
    private Remedies remedies() {
        @Nullable ParseResult parsed = spec.commandLine().getParseResult();
        if (parsed == null || !parsed.hasSubcommand()) {
            return Remedies.ofNoCommand();
        }
        ParseResult given = parsed.subcommand();
        boolean elsewhere =
                given.commandSpec().userObject() instanceof TrainCommand train && train.hasOthersElsewhere();
        return new Remedies(
                given.commandSpec().name(), given.matchedOptionValue(LocalWorkersOption.NAME, 1), elsewhere);
    }

    /** A message with the ends of lines in the arguments that it repeats shown: they could pass for lines of ours. */
    static String onOneLine(String message, List<String> arguments) {
        String shown = message;
        for (String argument : arguments) {
            for (String text : List.of(argument, argument.substring(argument.indexOf('=') + 1))) {
                String line = Printable.line(text);
                if (!line.equals(text) && !text.isBlank()) {
                    shown = shown.replace(text, line);
                }
            }
        }
        return shown;
    }

    private int explain(Throwable e, PrintWriter err) {
        // Before a long message is cut, which may leave a part of a secret.
        Failure failure = Failure.of(MaskedFailure.of(e, secrets), remedies());
        if (console != null) {
            console.endStatus();
        }
        err.println("tempera: " + onOneLine(failure.message(), arguments)
                + (failure.isInternal() && !debug
                        ? "\nThis is a mistake in Tempera or in a plugin. --debug shows where."
                        : ""));
        if (debug) {
            e.printStackTrace(err);
        }
        failure(failure.message(), failure.exitCode());
        return failure.exitCode();
    }

    private int misused(ParameterException e, PrintWriter err) {
        CommandLine command = e.getCommandLine();
        err.println("tempera: " + e.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        failure(String.valueOf(e.getMessage()), Failure.USER_ERROR);
        return Failure.USER_ERROR;
    }
}
