package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.tempera.core.train.RunOutcome;
import org.tempera.core.verdict.RunVerdict;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains, from the start or from where a run stopped. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Fine-tunes a model as a config file says, or goes on with a run.",
        customSynopsis = {
            "tempera train RUN.conf [KEY=VALUE...]",
            "tempera train --resume RUN [KEY=VALUE...]",
        })
final class TrainCommand implements Callable<Integer> {
    /** What a shell gives a program that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    @Option(names = "--resume", paramLabel = "RUN", description = "The folder of the run to go on with.")
    private @Nullable Path resume;

    @Parameters(
            arity = "0..*",
            paramLabel = "RUN.conf KEY=VALUE",
            description = "The config file, and overrides such as run.seed=7.")
    private List<String> arguments = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = new Console(spec.commandLine().getOut(), Console.isTerminal());
        OpenRun run = open(console);
        Interrupts interrupts = new Interrupts(run, spec.commandLine().getErr()::println);
        boolean interrupted;
        try (run) {
            RunOutcome outcome = run.run(console::progress);
            summary(outcome).forEach(console::line);
        } finally {
            console.endStatus();
            interrupted = interrupts.end();
        }
        return interrupted ? INTERRUPTED : 0;
    }

    private OpenRun open(Console console) {
        Tempera tempera = Main.tempera();
        if (resume != null) {
            console.status("resuming " + resume + " ...");
            return tempera.resume(resume, arguments);
        }
        if (arguments.isEmpty() || arguments.get(0).matches("[a-z.-]+=.*")) {
            throw new UserException("train: expected a config file, as in: tempera train RUN.conf [KEY=VALUE...]");
        }
        var config = tempera.config(Path.of(arguments.get(0)), arguments.subList(1, arguments.size()));
        console.status("building " + config.policy().name() + " and "
                + config.algorithm().name() + " ...");
        return tempera.start(config);
    }

    private static List<String> summary(RunOutcome outcome) {
        List<String> lines = new ArrayList<>();
        String folder = shown(outcome.folder());
        if (outcome.stopped()) {
            lines.add("stopped after epoch " + outcome.epochs() + ", saved. Go on with: tempera train --resume "
                    + folder);
            return lines;
        }
        lines.addAll(outcome.verdict()
                .map(RunVerdict::lines)
                .orElse(List.of("not evaluated: evaluation.every is 0, so that nothing can be said of the result")));
        lines.add("run folder       " + folder + " (report.html shows the run)");
        return lines;
    }

    /** A path as short as it can be named from here. */
    static String shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = path.toAbsolutePath();
        return absolute.startsWith(here) && !absolute.equals(here)
                ? here.relativize(absolute).toString()
                : absolute.toString();
    }

    /** Ctrl-C asks the run to stop, and holds the JVM until the run has saved. */
    private static final class Interrupts {
        private final CountDownLatch ended = new CountDownLatch(1);
        private final Thread hook;

        Interrupts(OpenRun run, java.util.function.Consumer<String> tell) {
            hook = new Thread(
                    () -> {
                        tell.accept("\nstopping after this epoch, then saving ...");
                        run.requestStop();
                        try {
                            ended.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "interrupt");
            Runtime.getRuntime().addShutdownHook(hook);
        }

        /** To be called when all is saved; true if the JVM is going down. */
        boolean end() {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
                return false;
            } catch (IllegalStateException e) {
                return true;
            } finally {
                ended.countDown();
            }
        }
    }
}
