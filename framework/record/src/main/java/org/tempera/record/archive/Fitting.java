package org.tempera.record.archive;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tempera.base.json.PlainJson;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.spi.MetricNames;

/**
 * Makes a record small enough for its file, whatever it holds: long texts are cut, rows of metrics thinned to a fixed
 * number, scores rounded to a part of their deviation, the coarser the more there are; and where that is not enough,
 * whatever takes most room is halved until the file fits. What was done is said in the record's notes.
 */
final class Fitting {
    /** Bytes that a file has where rounding brings it so far; the pictures come to that. */
    static final int TARGET = 28_000;

    private static final int MOST_ROWS = 128;
    private static final int METRIC_DIGITS = 4;

    /** More scores than that do not fit, however coarse; a picture without any counts as one. */
    static final int MOST_NUMBERS = 120_000;

    /** Parts of the standard deviation that scores may be rounded to. */
    private static final int[] PARTS = {10_000, 1000, 300, 100, 30, RunRecord.COARSEST};

    // Parts of the document.
    private static final String ROWS = "metrics";
    private static final String COSTS = "costs";
    private static final String EVALUATED = "evaluated";
    private static final String EVALUATIONS = "evaluations";
    private static final String PICTURES = "pictures";
    private static final String PROVENANCE = "provenance";
    private static final String RULERS = "rulers";
    private static final String SCORES = "scores";

    private static final String ROUNDED = "Scores are rounded";

    private final Draft draft;
    private final int evaluatedBefore;
    private final int measuredBefore;
    /** What was done, by what it was done to. */
    private final Map<String, String> said = new LinkedHashMap<>();

    private Fitting(RunRecord record) {
        draft = new Draft(record);
        evaluatedBefore = record.evaluated().size();
        measuredBefore = measured(record.evaluations());
    }

    /** The bytes of a record's file, if that is small enough as it is. */
    static Optional<byte[]> whole(RunRecord record) {
        if (numbers(new Draft(record)) > MOST_NUMBERS) {
            return Optional.empty();
        }
        byte[] text = RunRecordFile.text(record);
        return text.length > RunRecordFile.LARGEST_TEXT
                ? Optional.empty()
                : Optional.of(RunRecordFile.compressed(text)).filter(bytes -> bytes.length <= RunRecordFile.LARGEST);
    }

    /** The record made smaller. */
    static RunRecord fit(RunRecord record) {
        return new Fitting(record).fit(TARGET, RunRecordFile.LARGEST);
    }

    /**
     * The same.
     *
     * @param target bytes of the file that rounding aims at
     * @param limit bytes of the file at most
     */
    static RunRecord fit(RunRecord record, int target, int limit) {
        return new Fitting(record).fit(target, limit);
    }

    private RunRecord fit(int target, int limit) {
        CutTexts.in(draft);
        thinRows();
        while (numbers(draft) > MOST_NUMBERS) {
            if (draft.evaluated.size() > measured(draft.evaluations)) {
                Halving.evaluated(draft);
            } else {
                Halving.evaluations(draft);
            }
        }
        round(target);
        while (size() > limit) {
            halveLargest();
        }
        draft.notes.addAll(said.values());
        int evaluated = evaluatedBefore - draft.evaluated.size();
        if (evaluated > 0) {
            draft.notes.add("Of " + evaluatedBefore + " samples of evaluations in the run the record has "
                    + draft.evaluated.size() + ", for want of room.");
        }
        int measured = measured(draft.evaluations);
        if (measured < measuredBefore) {
            draft.notes.add("Of " + measuredBefore + " pictures that evaluate measured the record has " + measured
                    + ", for want of room.");
        }
        return draft.record();
    }

    /** Bytes of the file; of one whose text is too long, more than any limit. */
    private int size() {
        byte[] text = RunRecordFile.text(draft.record());
        return text.length > RunRecordFile.LARGEST_TEXT ? Integer.MAX_VALUE : RunRecordFile.compressed(text).length;
    }

    private static int measured(List<ModelEvaluation> evaluations) {
        return evaluations.stream()
                .flatMap(e -> e.sets().stream())
                .mapToInt(set -> set.pictures().size())
                .sum();
    }

    private static long numbers(Draft draft) {
        return draft.evaluated.stream()
                        .mapToLong(
                                s -> Math.max(1, s.rewards().size() + s.signs().size()))
                        .sum()
                + draft.evaluations.stream()
                        .flatMap(e -> e.sets().stream())
                        .flatMap(set -> set.pictures().stream())
                        .mapToLong(p -> Math.max(1, p.numbers().size()))
                        .sum();
    }

    private void thinRows() {
        int before = Math.max(draft.metrics.size(), draft.costs.size());
        TreeSet<Integer> evaluated =
                draft.evaluated.stream().map(Sample::epoch).collect(Collectors.toCollection(TreeSet::new));
        draft.evaluations.forEach(e -> e.epoch().ifPresent(evaluated::add));
        draft.metrics = Thinning.thinned(draft.metrics, MOST_ROWS, row -> evaluated.contains(row.epoch())).stream()
                .map(Fitting::rounded)
                .toList();
        draft.costs = Thinning.thinned(draft.costs, MOST_ROWS, cost -> evaluated.contains(cost.epoch())).stream()
                .map(c -> new RunCost(c.epoch(), c.queries(), Math.rint(1000 * c.seconds()) / 1000))
                .toList();
        if (before > MOST_ROWS) {
            said.put(
                    ROWS,
                    "Of " + before + " epochs the record has the metrics and costs of "
                            + Math.max(draft.metrics.size(), draft.costs.size()) + ".");
        }
    }

    private static MetricRow rounded(MetricRow row) {
        SortedMap<String, Double> values = new TreeMap<>();
        row.values()
                .forEach((name, x) -> values.put(
                        name,
                        MetricNames.isRatioMean(name)
                                ? Rounding.aroundOne(x, METRIC_DIGITS)
                                : Rounding.significant(x, METRIC_DIGITS)));
        return new MetricRow(row.epoch(), values);
    }

    /** Rounds to the most parts with which the file has so many bytes, or else to the fewest. */
    private void round(int target) {
        draft.notes.removeIf(note -> note.startsWith(ROUNDED));
        Draft exact = new Draft(draft.record());
        long numbers = numbers(exact);
        int fewest = PARTS[PARTS.length - 1];
        for (int parts : PARTS) {
            if (parts > fewest && numbers * RoundedScores.bytes(parts) > target) {
                continue;
            }
            RoundedScores.round(exact, draft, parts);
            said.put(SCORES, ROUNDED + " to steps of at most 1/" + parts + " of their standard deviation.");
            if (size() <= target) {
                return;
            }
        }
    }

    private void halveLargest() {
        Map<String, Object> document = RecordDocument.of(draft.record());
        Map<String, Runnable> halving = new LinkedHashMap<>();
        if (!draft.evaluated.isEmpty()) {
            halving.put(EVALUATED, () -> Halving.evaluated(draft));
        }
        if (!draft.evaluations.isEmpty()) {
            halving.put(EVALUATIONS, () -> Halving.evaluations(draft));
        }
        if (!draft.metrics.isEmpty()) {
            halving.put(ROWS, this::halveMetrics);
        }
        if (!draft.costs.isEmpty()) {
            halving.put(COSTS, () -> draft.costs = Thinning.half(draft.costs));
        }
        if (draft.pictures.isPresent()) {
            halving.put(PICTURES, () -> {
                draft.pictures = Optional.empty();
                said.put(PICTURES, "The pictures were left out, for want of room.");
            });
        }
        if (!draft.provenance.isEmpty()) {
            halving.put(PROVENANCE, () -> {
                leaveOutLargest(draft.provenance);
                said.put(PROVENANCE, "Not all that is known of where the numbers came from is here, for want of room.");
            });
        }
        if (draft.ruler.isPresent() || !draft.evaluations.isEmpty()) {
            halving.put(RULERS, () -> {
                draft.ruler = Optional.empty();
                draft.evaluations = List.of();
                said.put(RULERS, "What measured the evaluations was left out, for want of room.");
            });
        }
        // Their tables go with what refers to them.
        String tables = draft.evaluated.size() > measured(draft.evaluations) ? EVALUATED : EVALUATIONS;
        Map<String, Integer> room = new TreeMap<>();
        halving.keySet().forEach(part -> room.put(part, room(document, part)));
        room.computeIfPresent(tables, (part, own) -> own + room(document, "prompts") + room(document, "drawn"));
        halving.entrySet().stream()
                .max(Comparator.<Map.Entry<String, Runnable>>comparingInt(e -> room.getOrDefault(e.getKey(), 0))
                        .thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow(() -> new IllegalStateException("a record without anything does not fit"))
                .getValue()
                .run();
    }

    private static void leaveOutLargest(Map<String, Object> fields) {
        fields.keySet().stream()
                .max(Comparator.<String>comparingInt(key -> room(fields, key)).thenComparing(key -> key))
                .ifPresent(fields::remove);
    }

    private static int room(Map<String, Object> document, String part) {
        return document.containsKey(part)
                ? part.length() + PlainJson.line(document.get(part)).length()
                : 0;
    }

    private void halveMetrics() {
        draft.metrics = Thinning.half(draft.metrics);
        said.put(ROWS, "Of the metrics " + draft.metrics.size() + " epochs are left, for want of room.");
    }
}
