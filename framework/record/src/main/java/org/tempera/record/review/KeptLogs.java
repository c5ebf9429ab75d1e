package org.tempera.record.review;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.LogTail;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.AlikeEvaluations;
import org.tempera.spi.MetricNames;

/**
 * Says what is missing of a run's logs, by what they and the pictures tell of each other: a log that was cut, emptied
 * or lost is not taken for a run that had nothing to log.
 */
public final class KeptLogs {
    private final RunFolder folder;
    private final List<Integer> pictured;
    private final TreeSet<Integer> measured = new TreeSet<>();
    private boolean rows;

    /** Looks at the pictures; {@link #take} must see the rows of metrics.jsonl before there is anything to tell. */
    public KeptLogs(RunFolder folder) {
        this.folder = folder;
        pictured = folder.evaluationGrids();
    }

    /** Takes a row of metrics.jsonl. */
    public void take(MetricRow row) {
        rows = true;
        if (row.values().keySet().stream().anyMatch(MetricNames::isOfEvaluation)) {
            measured.add(row.epoch());
        }
    }

    /**
     * Whatever says that the run was evaluated where samples.jsonl has no sample of an evaluation; empty if nothing
     * does. Samples are written before their numbers and their picture.
     *
     * @param evaluated the samples of evaluations, read after the rows
     */
    public Optional<String> lost(Collection<Sample> evaluated) {
        if (!evaluated.isEmpty() || (measured.isEmpty() && pictured.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of((OwnFiles.exists(folder.samples()) ? "no evaluation is in it, but " : "is missing, but ")
                + (measured.isEmpty()
                        ? "in images are the pictures of " + AlikeEvaluations.named(pictured)
                        : "metrics.jsonl has the numbers of " + AlikeEvaluations.named(List.copyOf(measured)))
                + ". Put it back as the run wrote it: without it nothing can be said of the run.");
    }

    /**
     * What a reader must know besides, a sentence each.
     *
     * @param evaluated the samples of all evaluations
     * @param alike those of the evaluations that are compared
     */
    public List<String> notes(Collection<Sample> evaluated, Collection<Sample> alike) {
        List<String> notes = new ArrayList<>();
        if (!OwnFiles.exists(folder.samples()) && rows && measured.isEmpty()) {
            notes.add("samples.jsonl is missing.");
        }
        Stream.of(folder.samples(), folder.metrics())
                .filter(file -> !LogTail.endsWhole(file))
                .forEach(
                        file -> notes.add(
                                file.getFileName()
                                        + " ends in a line that is not whole, which is left out: it was cut, or is just being written."));
        Map<Integer, TreeSet<Integer>> places = new TreeMap<>();
        alike.forEach(
                s -> places.computeIfAbsent(s.epoch(), e -> new TreeSet<>()).add(s.index()));
        int most = places.values().stream().mapToInt(TreeSet::size).max().orElse(0);
        places.forEach((epoch, found) -> {
            if (found.size() < most) {
                notes.add("samples.jsonl has " + found.size() + " of the " + most + " samples of "
                        + AlikeEvaluations.named(List.of(epoch)) + ": lines of it are missing.");
            }
        });
        Set<Integer> sampled = evaluated.stream().map(Sample::epoch).collect(Collectors.toSet());
        List<Integer> gone =
                measured.stream().filter(epoch -> !sampled.contains(epoch)).toList();
        if (!gone.isEmpty() && !sampled.isEmpty()) {
            notes.add("samples.jsonl has no sample of " + AlikeEvaluations.named(gone)
                    + ", of which metrics.jsonl has the numbers: lines of it are missing.");
        }
        if (!rows && !(sampled.isEmpty() && pictured.isEmpty())) {
            notes.add("metrics.jsonl "
                    + (OwnFiles.exists(folder.metrics()) ? "has no whole line" : "is missing")
                    + ": the report has no curves of its numbers.");
        }
        return notes;
    }
}
