package org.tempera.record.archive;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.record.metrics.Thinned;
import org.tempera.record.review.ConstantEpochs;
import org.tempera.record.review.KeptLogs;
import org.tempera.record.review.RollBacks;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.AlikeEvaluations;
import org.tempera.record.verdict.Rulers;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;

/**
 * Makes the record of a run from its folder, be the run complete or still going on. Logs are read line by line: in
 * memory are the samples of evaluations, and not those that were trained on.
 *
 * <p>The numbers are those that the record's file gives back, already rounded: whoever compares runs comes to the same
 * by their folders and by their files.
 */
public final class RunRecords {
    /** Rows of metrics that are kept until it is known which of them are of use. */
    private static final int MOST_ROWS = 1024;

    /** Stands in what evaluate says of a source between the run's folder and its checkpoint. */
    private static final String CHECKPOINT = " at epoch-";

    private RunRecords() {}

    /**
     * The record of a run whose folder says what it is.
     *
     * @throws UserException if it does not, as those of earlier versions, or a file of it is damaged
     */
    public static RunRecord of(RunFolder folder) {
        return of(
                folder,
                RunFacts.read(folder)
                        .orElseThrow(() -> new UserException(folder.facts()
                                + ": is missing; it says what the run is. Versions that wrote none left it to"
                                + " config.conf: compare the run's folder itself, or make the record by"
                                + " Tempera.record.")));
    }

    /**
     * The record of a run.
     *
     * @param facts what it is
     * @throws UserException if a file of the folder is damaged; what is missing is said in the record's notes
     */
    public static RunRecord of(RunFolder folder, RunFacts facts) {
        return new Logs(folder).record(facts);
    }

    /** What an epoch took. */
    private static final class Spent {
        private long queries;
        private double seconds;
    }

    /** What lies in a folder. */
    private static final class Logs {
        private final RunFolder folder;
        private final SortedMap<Integer, Spent> spent = new TreeMap<>();
        private final Thinned<MetricRow> rows = new Thinned<>(MOST_ROWS);
        private final Thinned<MetricRow> evaluatedRows = new Thinned<>(MOST_ROWS);
        private final List<String> notes = new ArrayList<>();
        private int rowsRead;
        private int epochs;
        private int untimed;

        Logs(RunFolder folder) {
            this.folder = folder;
            spent.put(0, new Spent());
        }

        RunRecord record(RunFacts facts) {
            KeptLogs kept = new KeptLogs(folder);
            ConstantEpochs constant = new ConstantEpochs();
            RollBacks rollBacks = new RollBacks();
            // As they are written: whoever reads samples last finds those of every row.
            if (OwnFiles.exists(folder.metrics())) {
                JsonlMetrics.forEach(folder.metrics(), row -> {
                    kept.take(row);
                    constant.take(row);
                    rollBacks.take(row);
                    take(row);
                });
            } else {
                notes.add("metrics.jsonl is missing: seconds are not known.");
            }
            List<Sample> evaluated = List.of();
            if (OwnFiles.exists(folder.samples())) {
                evaluated = SamplesLog.read(folder.samples(), sample -> {
                    if (sample.phase() == Sample.Phase.TRAIN) {
                        spent(sample.epoch()).queries++;
                        constant.take(sample);
                    }
                    return sample.phase() == Sample.Phase.EVALUATION;
                });
            } else {
                notes.add("samples.jsonl is missing: queries are not known.");
            }
            if (untimed > 0) {
                notes.add("metrics.jsonl has no time of " + untimed + " epoch(s), whose seconds count as none.");
            }
            if (rowsRead == 0) {
                epochs = spent.lastKey();
            }
            AlikeEvaluations alike = AlikeEvaluations.of(evaluated, Rulers.read(folder));
            notes.addAll(alike.notes());
            kept.lost(evaluated).ifPresent(l -> notes.add("samples.jsonl: " + l));
            notes.addAll(kept.notes(evaluated, alike.samples()));
            constant.note().ifPresent(notes::add);
            rollBacks.note().ifPresent(notes::add);
            return record(facts, alike);
        }

        private Spent spent(int epoch) {
            return spent.computeIfAbsent(epoch, e -> new Spent());
        }

        private void take(MetricRow row) {
            rowsRead++;
            epochs = Math.max(epochs, row.epoch());
            rows.add(row);
            if (row.values().keySet().stream().anyMatch(MetricNames::isOfEvaluation)) {
                evaluatedRows.add(row);
            }
            double seconds = row.values().getOrDefault(MetricNames.EPOCH_SECONDS, Double.NaN);
            if (Double.isFinite(seconds) && seconds >= 0) {
                spent(row.epoch()).seconds += seconds;
            } else if (row.epoch() > 0) {
                spent(row.epoch());
                untimed++;
            }
        }

        private RunRecord record(RunFacts facts, AlikeEvaluations alike) {
            SortedMap<Integer, MetricRow> byEpoch = new TreeMap<>();
            rows.kept().forEach(row -> byEpoch.put(row.epoch(), row));
            evaluatedRows.kept().forEach(row -> byEpoch.put(row.epoch(), row));
            List<ModelEvaluation> evaluations = evaluations();
            Map<String, Object> provenance = ShortProvenance.of(folder, notes);
            RunRecord bare = new RunRecord(
                    name(),
                    Map.of(),
                    facts.isControl(),
                    facts,
                    epochs,
                    costs(),
                    List.copyOf(byEpoch.values()),
                    alike.samples(),
                    alike.ruler(),
                    evaluations,
                    Optional.empty(),
                    provenance,
                    notes);
            RunRecord small = Fitting.fit(bare, Fitting.TARGET, RunRecordFile.LARGEST - SheetMaker.LARGEST);
            return SheetMaker.with(small, folder, pictured(facts, alike));
        }

        /** How many pictures a grid has: those of an evaluation's first samples. */
        private static int pictured(RunFacts facts, AlikeEvaluations alike) {
            return (int) alike.samples().stream()
                    .filter(s -> s.epoch() == alike.samples().get(0).epoch() && s.index() < facts.pictured())
                    .count();
        }

        private List<RunCost> costs() {
            List<RunCost> costs = new ArrayList<>();
            long queries = 0;
            double seconds = 0;
            // Of an epoch that is just being logged there are samples and no row.
            for (Map.Entry<Integer, Spent> epoch : spent.headMap(epochs + 1).entrySet()) {
                queries += epoch.getValue().queries;
                seconds += epoch.getValue().seconds;
                costs.add(new RunCost(epoch.getKey(), queries, seconds));
            }
            return costs;
        }

        /** A record may go anywhere; where the folder lay says nothing there. */
        private ModelEvaluation withoutFolder(ModelEvaluation evaluation) {
            int at = evaluation.source().lastIndexOf(CHECKPOINT);
            return new ModelEvaluation(
                    name() + (at < 0 ? "" : evaluation.source().substring(at)),
                    evaluation.epoch(),
                    evaluation.ruler(),
                    evaluation.sets());
        }

        private String name() {
            return folder.path().toAbsolutePath().normalize().getFileName().toString();
        }

        /** Those of the ruler that measured most epochs first, by their epochs. */
        private List<ModelEvaluation> evaluations() {
            Map<String, List<ModelEvaluation>> byRuler = new LinkedHashMap<>();
            for (Path file : folder.evaluations()) {
                ModelEvaluation evaluation = withoutFolder(ModelEvaluation.read(file));
                byRuler.computeIfAbsent(evaluation.ruler().fingerprint(), r -> new ArrayList<>())
                        .add(evaluation);
            }
            return byRuler.entrySet().stream()
                    .sorted(Comparator.<Map.Entry<String, List<ModelEvaluation>>>comparingInt(
                                    e -> -e.getValue().size())
                            .thenComparing(Map.Entry::getKey))
                    .flatMap(e -> e.getValue().stream()
                            .sorted(Comparator.comparingInt(x -> x.epoch().orElse(0))))
                    .collect(Collectors.toList());
        }
    }
}
