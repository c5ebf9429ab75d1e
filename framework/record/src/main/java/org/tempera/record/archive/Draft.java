package org.tempera.record.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Ruler;

/** The parts of a record that is being changed. */
final class Draft {
    String name;
    Map<String, String> settings;
    boolean control;
    RunFacts facts;
    int epochs;
    List<RunCost> costs;
    List<MetricRow> metrics;
    List<Sample> evaluated;
    Optional<Ruler> ruler;
    List<ModelEvaluation> evaluations;
    Optional<ContactSheet> pictures;
    Map<String, Object> provenance;
    final List<String> notes;

    Draft(RunRecord record) {
        name = record.name();
        settings = record.settings();
        control = record.control();
        facts = record.facts();
        epochs = record.epochs();
        costs = record.costs();
        metrics = record.metrics();
        evaluated = record.evaluated();
        ruler = record.ruler();
        evaluations = record.evaluations();
        pictures = record.pictures();
        provenance = new LinkedHashMap<>(record.provenance());
        notes = new ArrayList<>(record.notes());
    }

    RunRecord record() {
        return new RunRecord(
                name,
                settings,
                control,
                facts,
                epochs,
                costs,
                metrics,
                evaluated,
                ruler,
                evaluations,
                pictures,
                provenance,
                notes);
    }
}
