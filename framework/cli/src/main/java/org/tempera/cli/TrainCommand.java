package org.tempera.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
        try (run;
                Interrupts interrupts = Interrupts.handle(
                        () -> {
                            tell("finishing this step, then saving. Again: stop at once ...");
                            run.requestStop();
                        },
                        () -> tell("stopped at once. Go on from the last checkpoint with: tempera train --resume "
                                + shown(run.folder())))) {
            run.trainer()
                    .cutPrompts()
                    .warning()
                    .ifPresent(w -> Console.warn(spec.commandLine().getErr(), w));
            RunOutcome outcome = run.run(console::progress);
            summary(outcome).forEach(console::line);
            return interrupts.exitCode();
        } finally {
            console.endStatus();
        }
    }

    /** From the thread of a signal. */
    private void tell(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("\n" + text);
        err.flush();
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
        if (outcome.stoppedAt().isPresent()) {
            lines.add("stopped " + outcome.stoppedAt().get() + ", saved. Go on with: tempera train --resume " + folder);
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
}
