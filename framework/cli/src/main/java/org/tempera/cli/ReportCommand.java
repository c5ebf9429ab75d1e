package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunsBeside;
import org.tempera.runtime.Judged;
import org.tempera.runtime.Tempera;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a run that has ended or still goes on, alone or against its control. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description =
                "Says whether a run over-optimised, since when, and which checkpoint is best; writes its report.html.")
final class ReportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "The folder of a run, which may still be going on.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path run;

    @Option(
            names = "--control",
            paramLabel = "RUN",
            description =
                    "A run that differs only in being trained on random rewards: tells wear from over-optimisation.")
    private @Nullable Path control;

    @Option(
            names = "--beside",
            paramLabel = "RUN",
            description = "A run on the same rewards, such as by another algorithm: says what both keep of the truth at"
                    + " the same training reward. May be given several times.")
    private List<Path> beside = List.of();

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "RUN",
            description = "Further runs, as after --beside: report runs/a --beside runs/b runs/c.")
    private List<Path> further = List.of();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Tempera tempera = output.tempera();
        List<Path> others = new ArrayList<>(beside);
        others.addAll(further);
        Judged report = tempera.report(run, Optional.ofNullable(control), others);
        Optional<RunVerdict> verdict = report.verdict();
        verdict.map(RunVerdict::lines)
                .orElseGet(() -> {
                    List<String> lines = new ArrayList<>(
                            List.of("not evaluated yet, or evaluation.every is 0: nothing can be said of the run"));
                    lines.addAll(report.notes());
                    return lines;
                })
                .forEach(output::result);
        List<Object> comparisons = new ArrayList<>();
        List<Object> runs = new ArrayList<>();
        for (RunsBeside.Run each : report.beside().map(RunsBeside::runs).orElse(List.of())) {
            runs.add(VerdictDocument.of(each));
            each.like().ifPresent(compared -> {
                output.result("beside           " + TrainCommand.shown(Path.of(each.name())));
                compared.lines().forEach(line -> output.result("  " + line));
                Map<String, Object> comparison = new LinkedHashMap<>();
                comparison.put("run", each.name());
                comparison.putAll(VerdictDocument.of(compared));
                comparisons.add(comparison);
            });
        }
        report.beside().ifPresent(b -> {
            List<List<String>> rows = new ArrayList<>(List.of(RunsBeside.COLUMNS));
            rows.addAll(b.rows());
            output.table(rows);
        });
        String page = TrainCommand.shown(run.resolve("report.html"));
        output.result("report           " + page);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("report", page);
        verdict.ifPresent(v -> document.put("verdict", VerdictDocument.of(v)));
        if (verdict.isEmpty()) {
            document.put("notes", report.notes());
        }
        document.put("beside", comparisons);
        document.put("runs", runs);
        document.put(
                "seeds",
                report.beside()
                        .map(b -> b.seeds().stream().map(VerdictDocument::of).toList())
                        .orElse(List.of()));
        output.document(document);
        return 0;
    }
}
