package org.tempera.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tempera.record.compare.Comparison;
import org.tempera.record.compare.ComparisonDocument;
import org.tempera.record.compare.ComparisonTables;
import org.tempera.record.page.ComparisonPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares runs. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Compares runs: what each algorithm keeps of the truth at the same training reward, with intervals"
                        + " over seeds, and whether it over-optimises. Writes one page.")
final class CompareCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description = "Folders of runs, which may still be going on, records of runs (.json.gz), folders of"
                    + " these, or a sweep's file. Runs that differ in their seeds only count as one group.")
    private List<Path> sources = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the page goes (comparison.html).")
    private Path page = Path.of("comparison.html");

    @Option(
            names = "--brief",
            description =
                    "Write a page of a third of the size, to be sent or kept: without the charts that are folded up"
                            + " (no).")
    private boolean brief;

    @Option(
            names = "--csv",
            paramLabel = "DIR",
            description = "Write the numbers as tables into this folder, too: runs, scores, matched, pairs, answers and"
                    + " matrix, each .csv (none).")
    private @Nullable Path tables;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        ComparisonPage.requireOwn(page);
        output.status("reading the runs ...");
        try (output) {
            Comparison comparison = output.tempera().compare(sources);
            if (tables != null) {
                ComparisonTables.requireOwn(comparison, tables);
            }
            for (int i = 0; i < comparison.proxies().size(); i++) {
                if (i > 0) {
                    output.result("");
                }
                output.result("trained on       " + comparison.proxies().get(i).proxy());
                output.table(comparison.tables().get(i));
                List<List<String>> alarms = comparison.alarmTables().get(i);
                if (!alarms.isEmpty()) {
                    output.result("");
                    output.table(alarms);
                    output.result(comparison.alarmColumns().get(i));
                }
                comparison.lines().get(i).forEach(output::result);
            }
            for (List<String> part : List.of(comparison.answerLines(), comparison.notes())) {
                if (!part.isEmpty()) {
                    output.result("");
                    part.forEach(output::result);
                }
            }
            output.result("");
            ComparisonPage.write(comparison, brief ? ComparisonPage.Extent.BRIEF : ComparisonPage.Extent.WHOLE, page);
            output.result("page             " + TrainCommand.shown(page));
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("page", TrainCommand.shown(page));
            if (tables != null) {
                List<String> files = ComparisonTables.write(comparison, tables).stream()
                        .map(TrainCommand::shown)
                        .toList();
                files.forEach(file -> output.result("table            " + file));
                document.put("tables", files);
            }
            document.putAll(ComparisonDocument.of(comparison));
            output.document(document);
            comparison.unread().forEach(output::error);
            return comparison.unread().isEmpty() ? 0 : Failure.USER_ERROR;
        }
    }
}
