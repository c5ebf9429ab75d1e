package org.tempera.record.compare;

import java.util.List;
import org.tempera.record.archive.RunCost;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.run.RunFacts;

/** A record of which some parts are others, for tests. {@link RunRecord} itself changes its name and samples. */
final class ChangedRecord {
    private final RunRecord made;
    private RunFacts facts;
    private List<RunCost> costs;
    private List<MetricRow> metrics;
    private List<ModelEvaluation> evaluations;

    private ChangedRecord(RunRecord made) {
        this.made = made;
        facts = made.facts();
        costs = made.costs();
        metrics = made.metrics();
        evaluations = made.evaluations();
    }

    static ChangedRecord of(RunRecord made) {
        return new ChangedRecord(made);
    }

    ChangedRecord facts(RunFacts others) {
        facts = others;
        return this;
    }

    ChangedRecord costs(List<RunCost> others) {
        costs = others;
        return this;
    }

    ChangedRecord metrics(List<MetricRow> others) {
        metrics = others;
        return this;
    }

    ChangedRecord evaluations(List<ModelEvaluation> others) {
        evaluations = others;
        return this;
    }

    RunRecord make() {
        return new RunRecord(
                made.name(),
                made.settings(),
                made.control(),
                facts,
                made.epochs(),
                costs,
                metrics,
                made.evaluated(),
                made.ruler(),
                evaluations,
                made.pictures(),
                made.provenance(),
                made.notes());
    }
}
