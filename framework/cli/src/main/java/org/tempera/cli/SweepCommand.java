package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.ShellWord;
import org.tempera.base.text.Words;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.SweepSettings;
import org.tempera.runtime.sweep.ChildStatus;
import org.tempera.runtime.sweep.ChildStatus.State;
import org.tempera.runtime.sweep.JavaProcesses;
import org.tempera.runtime.sweep.Sweep;
import org.tempera.runtime.sweep.SweepChild;
import org.tempera.runtime.sweep.SweepListener;
import org.tempera.runtime.sweep.SweepOutcome;
import org.tempera.runtime.sweep.SweepPart;
import org.tempera.runtime.sweep.SweepPlan;
import org.tempera.runtime.sweep.SweepProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs many settings. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description =
                "Runs every combination of choices and seeds that a file asks for, some at a time, and goes on where"
                        + " it stopped. Each finished run leaves a small record.")
final class SweepCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SWEEP.conf", description = "The sweep's file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description = "Overrides of the sweep's file, such as sweep.parallel=2.")
    private List<String> overrides = List.of();

    @Option(
            names = "--part",
            paramLabel = "K/N",
            description = "Run the K-th of N parts only, such as 1/3 on the first of three machines.")
    private @Nullable String part;

    @Option(names = "--dry-run", description = "Say what would be run, and how far each run is; start nothing.")
    private boolean dryRun;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        SweepPart share = part == null ? SweepPart.whole() : SweepPart.of(part);
        Tempera tempera = output.tempera();
        output.status("reading " + file + " ...");
        SweepPlan whole = tempera.sweepPlan(file, overrides);
        output.warnOfUnread(
                whole.children().stream().map(child -> child.config().config()).toList());
        SweepPlan plan = whole.part(share);
        Sweep sweep = tempera.sweep(plan, new JavaProcesses(Main.class.getName()));
        try (output) {
            if (dryRun) {
                List<ChildStatus> runs = sweep.statuses();
                show(runs, sweep.secondsLeft(runs), false);
                return passedOver(count(runs, State.DAMAGED)) ? Failure.USER_ERROR : 0;
            }
            return run(plan, sweep);
        }
    }

    private int run(SweepPlan plan, Sweep sweep) {
        SweepSettings settings = plan.config().settings();
        if (settings.parallel() > 1
                && plan.children().stream()
                        .anyMatch(c -> c.config().config().run().threads() == 0)) {
            output.warning(
                    settings.parallel() + " runs at a time, each with as many threads as there are cores, hold each"
                            + " other up. Set run.threads in sweep.settings; it is part of what a run's last bits depend"
                            + " on.");
        }
        output.note("runs             " + plan.children().size() + ", " + settings.parallel() + " at a time");
        output.note("run folders      " + TrainCommand.shown(settings.output()));
        output.note("records          " + TrainCommand.shown(settings.recordsFolder()));
        String again = "tempera sweep " + ShellWord.of(file.toString());
        try (Interrupts interrupts = Interrupts.handle(
                () -> {
                    output.interrupted("the runs finish their steps and save, for two minutes at most. Again: stop at"
                            + " once ...");
                    sweep.requestStop();
                },
                () -> {
                    sweep.stopAtOnce();
                    output.interrupted("stopped at once. Go on with: " + again);
                })) {
            SweepOutcome outcome = sweep.run(following());
            show(
                    outcome.runs(),
                    outcome.stopped() ? sweep.secondsLeft(outcome.runs()) : OptionalDouble.empty(),
                    outcome.stopped());
            if (outcome.stopped()) {
                output.result("stopped. Go on with: " + again);
                return interrupts.exitCode();
            }
            if (outcome.count(State.DONE) > 1) {
                output.result("compare them with: tempera compare "
                        + ShellWord.of(TrainCommand.shown(settings.recordsFolder())));
            }
            int failed = outcome.count(State.FAILED);
            if (failed > 0) {
                output.error(failed + " of " + outcome.runs().size()
                        + " runs failed. Mend what their messages say, and try them again with: " + again
                        + "\nWhere that is another setting of a run that has begun, move its folder away first: what"
                        + " lies there is of the settings before.");
            }
            boolean passedOver = passedOver(outcome.count(State.DAMAGED));
            return failed > 0 || passedOver ? Failure.USER_ERROR : 0;
        }
    }

    /** Says how many runs are not run, if there are any. */
    private boolean passedOver(long damaged) {
        if (damaged > 0) {
            output.error(damaged + (damaged == 1 ? " run is" : " runs are") + " passed over, for a file of "
                    + (damaged == 1 ? "it" : "each") + " cannot be read. Do what its message says.");
        }
        return damaged > 0;
    }

    private SweepListener following() {
        return new SweepListener() {
            @Override
            public void started(SweepChild child, String what) {
                output.noteCut(child.name() + " " + what);
            }

            @Override
            public void ended(ChildStatus status, SweepProgress progress) {
                String name = status.child().name();
                if (status.state() == State.FAILED) {
                    output.warning(name + " failed: " + status.message().orElse(""));
                } else if (status.state() == State.DONE) {
                    output.noteCut(name + " is done (" + progress.done() + " of " + progress.runs() + ")"
                            + left(progress.secondsLeft()));
                } else {
                    output.noteCut(name + " was stopped after epoch " + status.epochs());
                }
            }

            @Override
            public void waiting(String why) {
                output.note(why);
            }

            @Override
            public void warned(String message) {
                output.warning(message);
            }

            @Override
            public void progress(SweepProgress progress) {
                output.status(line(progress));
            }
        };
    }

    /** What goes on, for people. */
    static String line(SweepProgress p) {
        return p.done() + " of " + p.runs() + " done"
                + (p.failed() == 0 ? "" : ", " + p.failed() + " failed")
                + left(p.secondsLeft())
                + p.running().stream()
                        .map(r -> "; " + r.name()
                                + (r.evaluating() ? " is measured" : " " + r.epoch() + "/" + r.epochs()))
                        .collect(Collectors.joining());
    }

    private static String left(OptionalDouble seconds) {
        return seconds.isPresent() ? ", " + Console.duration(seconds.getAsDouble()) + " left" : "";
    }

    private void show(List<ChildStatus> runs, OptionalDouble secondsLeft, boolean stopped) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("RUN", "STATE", "EPOCHS", "TIME")));
        for (ChildStatus run : runs) {
            rows.add(List.of(
                    run.child().name(),
                    words(run.state()),
                    run.epochs() + "/" + run.child().epochs(),
                    run.seconds().isPresent() ? Console.duration(run.seconds().getAsDouble()) : "-"));
        }
        output.table(rows);
        for (ChildStatus run : runs) {
            run.message().ifPresent(message -> {
                output.result(run.child().name() + ":");
                message.lines().forEach(line -> output.result("  " + line));
            });
        }
        output.result(Arrays.stream(State.values())
                        .filter(state -> count(runs, state) > 0)
                        .map(state -> count(runs, state) + " " + words(state))
                        .collect(Collectors.joining(", "))
                + left(secondsLeft));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("runs", runs.stream().map(SweepCommand::document).toList());
        document.put("stopped", stopped);
        secondsLeft.ifPresent(seconds -> document.put("seconds_left", seconds));
        output.document(document);
    }

    private static long count(List<ChildStatus> runs, State state) {
        return runs.stream().filter(run -> run.state() == state).count();
    }

    private static String words(State state) {
        return switch (state) {
            case OTHER -> "of other settings";
            case DONE, RUNNING, FAILED, STOPPED, TO_DO, DAMAGED ->
                Words.of(state).replace('-', ' ');
        };
    }

    private static Map<String, Object> document(ChildStatus run) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", run.child().name());
        document.put("state", run.state().name().toLowerCase(Locale.ROOT));
        document.put("choices", run.child().choices());
        document.put("seed", run.child().seed());
        document.put("control", run.child().control());
        document.put("epochs", run.child().epochs());
        document.put("epochs_done", run.epochs());
        run.seconds().ifPresent(seconds -> document.put("seconds", seconds));
        run.message().ifPresent(message -> document.put("message", message));
        return document;
    }
}
