package org.tempera.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.core.verdict.LikeReward;
import org.tempera.core.verdict.RunVerdict;
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

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Tempera tempera = output.tempera();
        Optional<RunVerdict> verdict = tempera.report(run, Optional.ofNullable(control));
        verdict.map(RunVerdict::lines)
                .orElse(List.of("not evaluated yet, or evaluation.every is 0: nothing can be said of the run"))
                .forEach(output::result);
        List<Object> comparisons = new ArrayList<>();
        for (Path other : beside) {
            LikeReward compared = tempera.compare(run, other);
            output.result("beside           " + TrainCommand.shown(other));
            compared.lines().forEach(line -> output.result("  " + line));
            Map<String, Object> comparison = new LinkedHashMap<>();
            comparison.put("run", other.toString());
            comparison.putAll(VerdictDocument.of(compared));
            comparisons.add(comparison);
        }
        String page = TrainCommand.shown(run.resolve("report.html"));
        output.result("report           " + page);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("report", page);
        verdict.ifPresent(v -> document.put("verdict", VerdictDocument.of(v)));
        document.put("beside", comparisons);
        output.document(document);
        return 0;
    }
}
