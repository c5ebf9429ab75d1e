package org.tempera.record.compare;

import java.util.List;
import java.util.Optional;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.RunVerdict;

/**
 * A run of a group.
 *
 * @param record what is known of it
 * @param evaluations its own, as the group's runs have them; with its control's truth where it has one
 * @param costs what it had spent at each evaluation
 * @param verdict by its pictures, about this run alone; empty where it was not evaluated
 * @param control name of the run on random rewards that it is judged against; empty if there is none
 * @param lines every number of it as it went on
 */
public record ComparedRun(
        RunRecord record,
        Evaluations evaluations,
        List<Spent> costs,
        Optional<RunVerdict> verdict,
        Optional<String> control,
        List<RunLine> lines) {
    /**
     * What a run had spent at an evaluation.
     *
     * @param queries NaN where they are not known
     * @param seconds by the clock; NaN where they are not known
     * @param cpuSeconds of all threads of the process; NaN where they are not known
     */
    public record Spent(int epoch, double queries, double seconds, double cpuSeconds) {
        /** At an epoch of which nothing else is known. */
        static Spent unknown(int epoch) {
            return new Spent(epoch, Double.NaN, Double.NaN, Double.NaN);
        }
    }

    public ComparedRun {
        costs = List.copyOf(costs);
        lines = List.copyOf(lines);
    }

    /** A run whose numbers are not collected. */
    public ComparedRun(
            RunRecord record,
            Evaluations evaluations,
            List<Spent> costs,
            Optional<RunVerdict> verdict,
            Optional<String> control) {
        this(record, evaluations, costs, verdict, control, List.of());
    }

    /** The same with its numbers. */
    ComparedRun with(List<RunLine> collected) {
        return new ComparedRun(record, evaluations, costs, verdict, control, collected);
    }

    /** The name of its record. */
    public String name() {
        return record.name();
    }

    /** Its seed. */
    public long seed() {
        return record.facts().seed();
    }
}
