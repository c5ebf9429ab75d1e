package org.tempera.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tempera.core.plan.Cause;
import org.tempera.core.plan.Rehearsal;
import org.tempera.core.plan.RunPlan;
import org.tempera.runtime.OpenPlan;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plan.Saving;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what a run will take, and what would make it fit. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                "Says what a run will take of this machine: memory by part and disk before any weights are read, then"
                        + " seconds by computing everything once and again; and where it does not fit, which keys"
                        + " would make it.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:the run fits", "2:it does not fit, or cannot be planned"})
final class PlanCommand implements Callable<Integer> {
    @Mixin
    private final ConfigArguments run = new ConfigArguments();

    @Mixin
    private final LocalWorkersOption localWorkers = new LocalWorkersOption();

    @Option(
            names = "--no-probe",
            description = "Read no weights and compute nothing, so that there are no seconds. A run that does not fit"
                    + " is never computed.")
    private boolean noProbe;

    @Option(names = "--savings", description = "Say what would lower memory and disk even where the run fits.")
    private boolean always;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Tempera tempera = output.tempera();
        GivenWorkers given = GivenWorkers.of(System.getenv());
        localWorkers.requireFitting();
        localWorkers.warn(output);
        List<String> overrides =
                localWorkers.overrides(run.overrides(), () -> tempera.config(run.file(), run.overrides()));
        tempera.config(run.file(), overrides); // a mistake in it is told by itself
        output.longStatus("building the graph of " + run.file() + ": seconds for small models, a minute or more for"
                + " large ones ...");
        try (output;
                OpenPlan open = tempera.plan(run.file(), overrides, config -> trained(config, given))) {
            output.warnOfUnread(List.of(open.config()));
            open.warnings().forEach(output::warning);
            PlanLines lines = new PlanLines(open.plan(), open.room());
            output.table(lines.memory());
            output.result("");
            output.table(lines.disk());
            output.result("");
            int workers = open.config().run().cluster().count();
            if (workers > 1) {
                output.result(lines.ofOthers(workers));
            }
            output.result(lines.conclusion());
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("fits", open.fits());
            document.putAll(open.plan().toMap());
            document.put("room", open.room().toMap());
            if (always || !open.fits() || lines.isClose()) {
                document.putAll(savings(open, lines));
            }
            if (open.fits() && !noProbe) {
                document.put("probe", probe(open));
            }
            output.document(document);
            return open.fits() ? 0 : Failure.USER_ERROR;
        }
    }

    /** The config as the first of those that train the run has it. */
    private RunConfig trained(RunConfig config, GivenWorkers given) {
        if (!localWorkers.many()) {
            RunConfig trained = given.training(config);
            return trained.trainedBy(trained.run().cluster().ofFirst());
        }
        given.requireNone(config);
        return localWorkers.planned(config);
    }

    /** What would lower it and, where none of that makes it fit, what takes most of what is short. */
    private Map<String, Object> savings(OpenPlan open, PlanLines lines) {
        output.longStatus(
                "trying other values of keys, for each of which the graph is built again: some seconds each ...");
        List<Saving> savings = open.savings();
        output.result("");
        List<Cause> causes = Cause.of(open.plan(), open.room());
        if (savings.isEmpty()) {
            output.result("No other value of the keys that were tried would save much"
                    + (causes.isEmpty() ? ": it takes a smaller model or smaller pictures." : "."));
        } else {
            output.result("What would lower it, what costs least first:");
            List<List<String>> rows = new ArrayList<>();
            savings.forEach(s -> rows.add(lines.row(s)));
            output.table(rows);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("savings", savings.stream().map(Saving::toMap).toList());
        if (savings.stream().noneMatch(Saving::fits) && !causes.isEmpty()) {
            causes.forEach(cause -> output.result(PlanLines.line(cause)));
            document.put("causes", causes.stream().map(Cause::toMap).toList());
        }
        return document;
    }

    private Map<String, Object> probe(OpenPlan open) {
        RunPlan plan = open.plan();
        output.longStatus("reading the weights, and computing everything once and again: seconds for small pictures,"
                + " a minute or more for 512 x 512 pixels on a processor ...");
        Rehearsal rehearsal = open.rehearse();
        output.result("");
        output.table(PlanLines.seconds(rehearsal, plan));
        PlanLines.notes(rehearsal, plan, open.config().run().cluster().count()).forEach(output::result);
        return rehearsal.toMap();
    }
}
