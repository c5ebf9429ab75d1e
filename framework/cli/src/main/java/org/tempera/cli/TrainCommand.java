package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.ShellWord;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.train.Progress;
import org.tempera.core.train.RunListener;
import org.tempera.core.train.RunOutcome;
import org.tempera.core.train.WorkerRun;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.OpenWorker;
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
            "tempera train RUN.conf [--overwrite | --free-name | --continue] [KEY=VALUE...]",
            "tempera train --resume RUN [KEY=VALUE...]",
            "tempera train --local-workers N ...",
        })
final class TrainCommand implements Callable<Integer> {
    /** As if this process had been asked to end, too, so that who starts processes again starts this one. */
    static final int STOPPED_BY_ANOTHER = 143;

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

    @Option(
            names = "--continue",
            description =
                    "Where the folder of run.output holds a run of this config that has a checkpoint, go on with it;"
                            + " else begin. For systems that start a command again and again.")
    private boolean goOn;

    @Mixin
    private final LocalWorkersOption localWorkers = new LocalWorkersOption();

    @Parameters(
            arity = "0..*",
            paramLabel = "RUN.conf KEY=VALUE",
            description = "The config file, and overrides such as run.seed=7.")
    private List<String> arguments = List.of();

    @Mixin
    private final StopAtEof input = new StopAtEof();

    @Mixin
    private final ReadyFile ready = new ReadyFile();

    @Mixin
    private final Output output = new Output();

    private boolean othersElsewhere;

    @Override
    public Integer call() {
        input.watch();
        requireFitting();
        ready.clear();
        GivenWorkers given = GivenWorkers.of(System.getenv());
        if (resume != null) {
            given.requireFirst();
        }
        Tempera plain = output.tempera();
        List<String> overrides = overrides(plain);
        try (output;
                ready) {
            RunConfig config = resume == null ? given.training(config(plain, overrides)) : null;
            if (config != null && config.run().cluster().index() > 0 && !localWorkers.many()) {
                return follow(config, plain);
            }
            if (config != null) {
                output.warnOfUnread(List.of(config));
            }
            try (WorkerProcesses others = others(given, config, overrides)) {
                Tempera tempera = plain.followedBy(following())
                        .startingOthers(() -> start(others))
                        .waitingUntil(others.ended());
                return lead(others.awaited(() -> open(tempera, config, overrides, c -> led(c, given, others))));
            }
        }
    }

    private int lead(OpenRun opened) {
        try (OpenRun run = opened;
                Interrupts interrupts = Interrupts.handle(
                        () -> {
                            run.requestStop(); // first, for who reads the words may have stopped reading
                            output.interrupted("finishing this step, then saving. Again: stop at once ...");
                        },
                        () -> output.interrupted("stopped at once. "
                                + remedies().goOn(shown(run.folder()), " from the last checkpoint")))) {
            input.hangsUp(interrupts);
            ready.write(words(run.config()));
            beginning(run).forEach(output::note);
            run.trainer().cutPrompts().warnings().forEach(output::warning);
            RunOutcome outcome = run.run(new RunListener() {});
            summary(outcome).forEach(output::result);
            output.document(document(outcome));
            return exitCode(interrupts, outcome.stoppedAt().isPresent());
        }
    }

    private RunListener following() {
        return new Opening() {
            private boolean boundsTold;

            @Override
            public void epochDone(Progress progress) {
                if (!boundsTold && !progress.constraints().isEmpty()) {
                    boundsTold = true; // the first epoch has measured them, and they stay
                    output.note(Console.bounds(progress.constraints()));
                }
                output.noteCut(Console.line(progress));
            }

            @Override
            public void warned(String message) {
                output.warning(message);
            }
        };
    }

    /** A worker that is not the first writes nothing but what it prints. */
    private int follow(RunConfig config, Tempera tempera) {
        try (OpenWorker worker = tempera.followedBy(new Opening()).join(config);
                Interrupts interrupts = Interrupts.handle(
                        () -> {
                            worker.requestStop();
                            output.interrupted(
                                    "stopping with all workers; the first one saves. Again: stop at once ...");
                        },
                        () -> output.interrupted("stopped at once. " + LostWorkerException.START_AGAIN))) {
            input.hangsUp(interrupts);
            ready.write(words(config));
            output.note("worker           " + words(config) + "; the first writes the run folder");
            String end = worker.run(output::noteCut);
            boolean stopped = !end.equals(WorkerRun.COMPLETE);
            output.document(document(config.run().cluster(), end));
            output.result("the run is " + end + (stopped ? ". " + LostWorkerException.START_AGAIN : ""));
            return exitCode(interrupts, stopped);
        }
    }

    /** A run that is complete is not to be started again, even where a signal came at its end. */
    static int exitCode(Interrupts interrupts, boolean stopped) {
        if (!stopped) {
            return 0;
        }
        return interrupts.exitCode() == 0 ? STOPPED_BY_ANOTHER : interrupts.exitCode();
    }

    /** Says what is waited for until the run is open. */
    private class Opening implements RunListener {
        @Override
        public void building() {
            output.longStatus("building the graph and reading the weights: seconds for small models, a minute or more"
                    + " for large ones ...");
        }

        @Override
        public void waiting(String message) {
            output.note(message);
        }
    }

    /** Which worker of how many this is. */
    private static String words(RunConfig config) {
        ClusterSettings cluster = config.run().cluster();
        return cluster.index() + " of " + cluster.count();
    }

    private RunConfig led(RunConfig config, GivenWorkers given, WorkerProcesses others) {
        if (others.any()) {
            given.requireNone(config);
            return others.led(config);
        }
        RunConfig led = resume == null ? config : given.resuming(config);
        othersElsewhere = led.run().cluster().isMany();
        return led;
    }

    private WorkerProcesses others(GivenWorkers given, @Nullable RunConfig config, List<String> overrides) {
        if (!localWorkers.many()) {
            return WorkerProcesses.none();
        }
        if (config != null) {
            given.requireNone(config);
        }
        localWorkers.warn(output);
        return resume == null
                ? WorkerProcesses.prepare(
                        localWorkers.count(),
                        Path.of(arguments.get(0)),
                        overrides,
                        Objects.requireNonNull(config).run().output())
                : WorkerProcesses.prepare(localWorkers.count(), resume.resolve("config.conf"), overrides, resume);
    }

    private void start(WorkerProcesses others) {
        if (others.any()) {
            output.status("starting " + (localWorkers.count() - 1) + " more workers ...");
            others.start();
            output.warning(others.warning());
        }
    }

    private void requireFitting() {
        if ((resume == null ? 0 : 1) + (overwrite ? 1 : 0) + (freeName ? 1 : 0) + (goOn ? 1 : 0) > 1) {
            throw new UserException(
                    "train: expected one of --resume, --overwrite, --free-name and --continue, found several.");
        }
        localWorkers.requireFitting();
        if (resume == null && (arguments.isEmpty() || arguments.get(0).matches("|[a-z.-]+=.*"))) {
            throw new UserException("train: expected a config file, as in: tempera train RUN.conf [KEY=VALUE...]");
        }
    }

    /** Those that are given; a run that is resumed has the threads that it has. */
    private List<String> overrides(Tempera tempera) {
        if (resume != null) {
            return arguments;
        }
        List<String> given = arguments.subList(1, arguments.size());
        return localWorkers.overrides(given, () -> config(tempera, given));
    }

    private RunConfig config(Tempera tempera, List<String> overrides) {
        Path file = Path.of(arguments.get(0));
        return freeName ? tempera.configInFreeFolder(file, overrides) : tempera.config(file, overrides);
    }

    private OpenRun open(
            Tempera tempera, @Nullable RunConfig config, List<String> overrides, UnaryOperator<RunConfig> workers) {
        if (resume != null) {
            output.status("resuming " + resume + " ...");
            return tempera.resume(resume, overrides, workers);
        }
        RunConfig led = workers.apply(Objects.requireNonNull(config));
        if (goOn) {
            output.status("beginning or going on with " + shown(led.run().output()) + " ...");
            return tempera.startOrResume(led);
        }
        output.status("building " + led.policy().name() + " and " + led.algorithmName() + " ...");
        return overwrite ? tempera.replace(led) : tempera.start(led);
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

    private static Map<String, Object> document(ClusterSettings cluster, String end) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("worker", cluster.index());
        document.put("of", cluster.count());
        document.put("ended", end);
        return document;
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

    private List<String> summary(RunOutcome outcome) {
        List<String> lines = new ArrayList<>();
        String folder = shown(outcome.folder());
        if (outcome.stoppedAt().isPresent()) {
            lines.add("stopped " + outcome.stoppedAt().get() + ", saved. "
                    + remedies().goOn(folder, ""));
            return lines;
        }
        outcome.ended().ifPresent(why -> lines.add("ended " + why + "."));
        lines.addAll(outcome.verdict()
                .map(RunVerdict::lines)
                .orElse(List.of("not evaluated: evaluation.every is 0, so that nothing can be said of the result")));
        lines.add("run folder       " + folder + " (report.html shows the run)");
        return lines;
    }

    private Remedies remedies() {
        return new Remedies("train", localWorkers.count(), othersElsewhere);
    }

    /** Whether the run has workers that others start; as far as its config is known by now. */
    boolean hasOthersElsewhere() {
        return othersElsewhere;
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
