package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.ShellWord;
import org.tempera.core.train.Progress;
import org.tempera.core.train.RunListener;
import org.tempera.core.train.RunOutcome;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains, from the start or from where a run stopped. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Fine-tunes a model as a config file says, or goes on with a run.",
        customSynopsis = {
            "tempera train RUN.conf [--overwrite | --free-name] [KEY=VALUE...]",
            "tempera train --resume RUN [KEY=VALUE...]",
        })
final class TrainCommand implements Callable<Integer> {
    @Option(names = "--resume", paramLabel = "RUN", description = "The folder of the run to go on with.")
    private @Nullable Path resume;

    @Option(
            names = "--overwrite",
            description =
                    "Replace the run that the folder of run.output holds. Nothing is removed but what a run wrote,"
                            + " and that not before the new run is built.")
    private boolean overwrite;

    @Option(
            names = "--free-name",
            description =
                    "Where the folder of run.output is taken, write to the next free name: runs/demo-2 and so on.")
    private boolean freeName;

    @Parameters(
            arity = "0..*",
            paramLabel = "RUN.conf KEY=VALUE",
            description = "The config file, and overrides such as run.seed=7.")
    private List<String> arguments = List.of();

    @Mixin
    private final StopAtEof input = new StopAtEof();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        input.watch();
        OpenRun run = open();
        try (output;
                run;
                Interrupts interrupts = Interrupts.handle(
                        () -> {
                            run.requestStop(); // first, for who reads the words may have stopped reading
                            output.interrupted("finishing this step, then saving. Again: stop at once ...");
                        },
                        () -> output.interrupted("stopped at once. Go on from the last checkpoint with: "
                                + Remedies.resume(shown(run.folder()))))) {
            input.hangsUp(interrupts);
            beginning(run).forEach(output::note);
            run.trainer().cutPrompts().warnings().forEach(output::warning);
            RunOutcome outcome = run.run(following());
            summary(outcome).forEach(output::result);
            output.document(document(outcome));
            return interrupts.exitCode();
        }
    }

    private RunListener following() {
        return new RunListener() {
            @Override
            public void epochDone(Progress progress) {
                output.noteCut(Console.line(progress));
            }

            @Override
            public void warned(String message) {
                output.warning(message);
            }
        };
    }

    private OpenRun open() {
        Tempera tempera = output.tempera();
        if ((resume == null ? 0 : 1) + (overwrite ? 1 : 0) + (freeName ? 1 : 0) > 1) {
            throw new UserException("train: expected one of --resume, --overwrite and --free-name, found several.");
        }
        if (resume != null) {
            output.status("resuming " + resume + " ...");
            return tempera.resume(resume, arguments);
        }
        if (arguments.isEmpty() || arguments.get(0).matches("[a-z.-]+=.*")) {
            throw new UserException("train: expected a config file, as in: tempera train RUN.conf [KEY=VALUE...]");
        }
        Path file = Path.of(arguments.get(0));
        List<String> overrides = arguments.subList(1, arguments.size());
        RunConfig config = freeName ? tempera.configInFreeFolder(file, overrides) : tempera.config(file, overrides);
        output.status("building " + config.policy().name() + " and " + config.algorithmName() + " ...");
        return overwrite ? tempera.replace(config) : tempera.start(config);
    }

    /** What a user wants to know while the first epoch goes on. */
    private static List<String> beginning(OpenRun run) {
        RunConfig config = run.config();
        String folder = shown(run.folder());
        int samples = config.sampling().samplesPerEpoch();
        return List.of(
                "run folder       " + folder,
                "epochs           " + config.run().epochs() + " of "
                        + (run.learnsFromChoices() ? samples / 2 + " pairs" : samples + " samples") + ", by "
                        + config.algorithmName()
                        + (run.trainer().epoch() == 0
                                ? ""
                                : "; goes on after epoch " + run.trainer().epoch()),
                "rewards          " + OpenRun.rewards(config)
                        + config.gold().map(g -> ", " + g.name() + " (gold)").orElse(""),
                "to watch it      tensorboard --logdir " + ShellWord.of(folder));
    }

    private static Map<String, Object> document(RunOutcome outcome) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("folder", outcome.folder().toString());
        document.put("epochs", outcome.epochs());
        outcome.stoppedAt().ifPresent(where -> document.put("stopped", where));
        outcome.ended().ifPresent(why -> document.put("ended", why));
        outcome.verdict().ifPresent(verdict -> document.put("verdict", VerdictDocument.of(verdict)));
        return document;
    }

    private static List<String> summary(RunOutcome outcome) {
        List<String> lines = new ArrayList<>();
        String folder = shown(outcome.folder());
        if (outcome.stoppedAt().isPresent()) {
            lines.add("stopped " + outcome.stoppedAt().get() + ", saved. Go on with: " + Remedies.resume(folder));
            return lines;
        }
        outcome.ended().ifPresent(why -> lines.add("ended " + why + "."));
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
