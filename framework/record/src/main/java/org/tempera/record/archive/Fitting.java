package org.tempera.record.archive;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.tempera.base.files.FileHashes;
import org.tempera.base.json.PlainJson;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFacts;

/**
 * Makes a record small enough for its file, whatever it holds: long texts are cut, rows of metrics thinned to a fixed
 * number, scores rounded to a part of their deviation, the coarser the more there are; and where that is not enough,
 * whatever takes most room is halved until the file fits. What was done is said in the record's notes.
 *
 * <p>Which pictures stay does not depend on the run: of two runs the same are left, so that they can still be compared
 * picture by picture.
 */
final class Fitting {
    /** Bytes that a file has where rounding brings it so far; the pictures come to that. */
    static final int TARGET = 28_000;

    private static final int MOST_ROWS = 128;
    private static final int METRIC_DIGITS = 4;
    private static final int LONGEST_PROMPT = 500;
    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_NOTE = 500;
    private static final int LONGEST_LIST = 40;

    /** More scores than that do not fit, however coarse; a picture without any counts as one. */
    static final int MOST_NUMBERS = 120_000;

    /** Parts of the standard deviation that scores may be rounded to. */
    private static final int[] PARTS = {10_000, 1000, 300, 100, 30, RunRecord.COARSEST};

    private static final int SOME_EVALUATIONS = 24;
    private static final int FEW_EVALUATIONS = 6;
    private static final int SOME_PICTURES = 64;
    private static final int FEW_PICTURES = 8;

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
        cutTexts();
        thinRows();
        while (numbers(draft) > MOST_NUMBERS) {
            if (draft.evaluated.size() > measured(draft.evaluations)) {
                halveEvaluated();
            } else {
                halveEvaluations();
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

    // Texts

    private void cutTexts() {
        draft.name = cut(draft.name, LONGEST_TEXT);
        Map<String, String> settings = new LinkedHashMap<>();
        draft.settings.forEach((axis, value) -> {
            if (settings.size() < LONGEST_LIST) {
                settings.put(cut(axis, LONGEST_TEXT), cut(value, LONGEST_TEXT));
            }
        });
        draft.settings = settings;
        draft.facts = cut(draft.facts);
        draft.notes.replaceAll(note -> cut(note, LONGEST_NOTE));
        if (draft.notes.size() > LONGEST_LIST) {
            draft.notes.subList(LONGEST_LIST, draft.notes.size()).clear();
        }
        draft.evaluated = draft.evaluated.stream()
                .map(s -> new Sample(
                        s.epoch(),
                        s.phase(),
                        s.index(),
                        prompt(s.prompt()),
                        s.seed(),
                        s.rewards(),
                        s.ruler(),
                        s.signs()))
                .toList();
        draft.evaluations = draft.evaluations.stream()
                .map(e -> new ModelEvaluation(
                        cut(e.source(), LONGEST_TEXT),
                        e.epoch(),
                        e.ruler(),
                        e.sets().stream().map(Fitting::withPromptsCut).toList()))
                .toList();
        draft.pictures = draft.pictures.map(sheet -> new ContactSheet(
                sheet.prompts().stream().map(Fitting::prompt).toList(),
                sheet.indices(),
                sheet.epochs(),
                sheet.width(),
                sheet.height(),
                sheet.jpeg()));
    }

    private static RunFacts cut(RunFacts facts) {
        return new RunFacts(
                cut(facts.algorithm(), LONGEST_TEXT),
                cut(facts.policy(), LONGEST_TEXT),
                facts.seed(),
                facts.rewards().stream()
                        .limit(LONGEST_LIST)
                        .map(r -> new RunFacts.ScoredBy(
                                cut(r.name(), LONGEST_TEXT), r.role(), cut(r.plugin(), LONGEST_TEXT)))
                        .toList(),
                facts.gold(),
                facts.pictured(),
                cut(facts.settings(), LONGEST_TEXT),
                facts.before().stream()
                        .limit(LONGEST_LIST)
                        .map(text -> cut(text, LONGEST_TEXT))
                        .toList());
    }

    private static MeasuredSet withPromptsCut(MeasuredSet set) {
        Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
        set.diversity().forEach((prompt, d) -> diversity.put(prompt(prompt), d));
        return new MeasuredSet(
                cut(set.name(), LONGEST_TEXT),
                set.pictures().stream()
                        .map(p -> new MeasuredPicture(prompt(p.prompt()), p.seed(), p.numbers()))
                        .toList(),
                diversity);
    }

    private static String prompt(String prompt) {
        return cut(prompt, LONGEST_PROMPT);
    }

    /** A text of at most so many characters; different ones stay different. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        String hash = " ... (" + FileHashes.sha256(text).substring(0, 12) + ")";
        int end = most - hash.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + hash;
    }

    // Rows

    private void thinRows() {
        int before = Math.max(draft.metrics.size(), draft.costs.size());
        TreeSet<Integer> evaluated =
                draft.evaluated.stream().map(Sample::epoch).collect(Collectors.toCollection(TreeSet::new));
        draft.evaluations.forEach(e -> e.epoch().ifPresent(evaluated::add));
        draft.metrics = thinned(draft.metrics, MOST_ROWS, row -> evaluated.contains(row.epoch())).stream()
                .map(Fitting::rounded)
                .toList();
        draft.costs = thinned(draft.costs, MOST_ROWS, cost -> evaluated.contains(cost.epoch())).stream()
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
        row.values().forEach((name, x) -> values.put(name, Rounding.significant(x, METRIC_DIGITS)));
        return new MetricRow(row.epoch(), values);
    }

    /** At most so many, with first and last: the preferred if they are no more than half, and others evenly. */
    private static <T> List<T> thinned(List<T> rows, int most, Predicate<T> preferred) {
        if (rows.size() <= most) {
            return rows;
        }
        TreeSet<Integer> kept = new TreeSet<>();
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (preferred.test(rows.get(i))) {
                first.add(i);
            }
        }
        evenly(first.size(), most / 2).forEach(i -> kept.add(first.get(i)));
        evenly(rows.size(), most - kept.size()).forEach(kept::add);
        return kept.stream().map(rows::get).toList();
    }

    /** Places of at most so many of some, with first and last. */
    static List<Integer> evenly(int size, int most) {
        int count = Math.min(size, most);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(count == 1 ? 0 : (int) ((long) i * (size - 1) / (count - 1)));
        }
        return places;
    }

    // Scores

    /** Rounds to the most parts with which the file has so many bytes, or else to the fewest. */
    private void round(int target) {
        draft.notes.removeIf(note -> note.startsWith(ROUNDED));
        Draft exact = new Draft(draft.record());
        long numbers = numbers(exact);
        int fewest = PARTS[PARTS.length - 1];
        for (int parts : PARTS) {
            if (parts > fewest && numbers * bytes(parts) > target) {
                continue;
            }
            round(exact, parts);
            if (size() <= target) {
                return;
            }
        }
    }

    /** What a normal number takes at least that is rounded to so many parts of its deviation: its entropy. */
    private static double bytes(int parts) {
        return Math.log(Math.sqrt(2 * Math.PI * Math.E) * parts) / Math.log(256);
    }

    private void round(Draft exact, int parts) {
        Map<Integer, List<Sample>> byEpoch = new LinkedHashMap<>();
        exact.evaluated.forEach(
                s -> byEpoch.computeIfAbsent(s.epoch(), e -> new ArrayList<>()).add(s));
        List<Sample> evaluated = new ArrayList<>();
        byEpoch.values().forEach(samples -> {
            List<SortedMap<String, Double>> rewards =
                    rounded(samples.stream().map(Sample::rewards).toList(), parts);
            List<SortedMap<String, Double>> signs =
                    rounded(samples.stream().map(Sample::signs).toList(), parts);
            for (int i = 0; i < samples.size(); i++) {
                Sample s = samples.get(i);
                evaluated.add(new Sample(
                        s.epoch(),
                        s.phase(),
                        s.index(),
                        s.prompt(),
                        s.seed(),
                        rewards.get(i),
                        s.ruler(),
                        signs.get(i)));
            }
        });
        draft.evaluated = evaluated;
        draft.evaluations = exact.evaluations.stream()
                .map(e -> with(e, set -> rounded(set, parts)))
                .toList();
        said.put(SCORES, ROUNDED + " to steps of at most 1/" + parts + " of their standard deviation.");
    }

    private static ModelEvaluation with(ModelEvaluation e, UnaryOperator<MeasuredSet> change) {
        return new ModelEvaluation(
                e.source(), e.epoch(), e.ruler(), e.sets().stream().map(change).toList());
    }

    private static MeasuredSet rounded(MeasuredSet set, int parts) {
        List<SortedMap<String, Double>> numbers =
                rounded(set.pictures().stream().map(MeasuredPicture::numbers).toList(), parts);
        List<MeasuredPicture> pictures = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i++) {
            MeasuredPicture p = set.pictures().get(i);
            pictures.add(new MeasuredPicture(p.prompt(), p.seed(), numbers.get(i)));
        }
        List<PromptDiversity> of = List.copyOf(set.diversity().values());
        double[] distance = Rounding.ofDeviation(
                of.stream().mapToDouble(PromptDiversity::distance).toArray(), parts);
        double[] vendi = Rounding.ofDeviation(
                of.stream().mapToDouble(PromptDiversity::vendi).toArray(), parts);
        Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
        int i = 0;
        for (String prompt : set.diversity().keySet()) {
            diversity.put(prompt, new PromptDiversity(distance[i], vendi[i++]));
        }
        return new MeasuredSet(set.name(), pictures, diversity);
    }

    private static List<SortedMap<String, Double>> rounded(List<? extends Map<String, Double>> rows, int parts) {
        TreeSet<String> names = new TreeSet<>();
        rows.forEach(row -> names.addAll(row.keySet()));
        List<SortedMap<String, Double>> rounded = new ArrayList<>();
        rows.forEach(row -> rounded.add(new TreeMap<>()));
        for (String name : names) {
            double[] column = Rounding.ofDeviation(
                    rows.stream()
                            .mapToDouble(row -> row.getOrDefault(name, Double.NaN))
                            .toArray(),
                    parts);
            for (int i = 0; i < column.length; i++) {
                if (rows.get(i).containsKey(name)) {
                    rounded.get(i).put(name, column[i]);
                }
            }
        }
        return rounded;
    }

    // Halves

    private void halveLargest() {
        Map<String, Object> document = RecordDocument.of(draft.record());
        Map<String, Runnable> halving = new LinkedHashMap<>();
        if (!draft.evaluated.isEmpty()) {
            halving.put(EVALUATED, this::halveEvaluated);
        }
        if (!draft.evaluations.isEmpty()) {
            halving.put(EVALUATIONS, this::halveEvaluations);
        }
        if (!draft.metrics.isEmpty()) {
            halving.put(ROWS, this::halveMetrics);
        }
        if (!draft.costs.isEmpty()) {
            halving.put(COSTS, () -> draft.costs = half(draft.costs));
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

    private static <T> List<T> half(List<T> rows) {
        return rows.size() < 4
                ? List.of()
                : evenly(rows.size(), rows.size() / 2).stream().map(rows::get).toList();
    }

    private void halveMetrics() {
        draft.metrics = half(draft.metrics);
        said.put(ROWS, "Of the metrics " + draft.metrics.size() + " epochs are left, for want of room.");
    }

    private void halveEvaluated() {
        TreeSet<Integer> epochs =
                draft.evaluated.stream().map(Sample::epoch).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<Integer> places =
                draft.evaluated.stream().map(Sample::index).collect(Collectors.toCollection(TreeSet::new));
        int most = epochs.size();
        if (most > SOME_EVALUATIONS || (places.size() <= SOME_PICTURES && most > FEW_EVALUATIONS)) {
            Set<Integer> kept = Set.copyOf(half(List.copyOf(epochs)));
            draft.evaluated = draft.evaluated.stream()
                    .filter(s -> kept.contains(s.epoch()))
                    .toList();
        } else if (places.size() > FEW_PICTURES) {
            Set<Integer> shown =
                    draft.pictures.map(ContactSheet::indices).map(Set::copyOf).orElse(Set.of());
            Set<Integer> kept = places.stream()
                    .sorted(Comparator.<Integer, Boolean>comparing(i -> !shown.contains(i))
                            .thenComparing(i -> scattered(i)))
                    .limit(places.size() / 2)
                    .collect(Collectors.toSet());
            draft.evaluated = draft.evaluated.stream()
                    .filter(s -> kept.contains(s.index()))
                    .toList();
        } else {
            draft.evaluated = List.of();
        }
    }

    /** An order without any pattern that prompts may have, the same for every run. */
    private static int scattered(int number) {
        return Integer.reverse((number + 1) * 0x9e3779b9);
    }

    private void halveEvaluations() {
        List<ModelEvaluation> evaluations = draft.evaluations;
        Map<String, List<ModelEvaluation>> byRuler = evaluations.stream()
                .collect(Collectors.groupingBy(e -> e.ruler().fingerprint(), LinkedHashMap::new, Collectors.toList()));
        int pictures = evaluations.stream()
                .flatMap(e -> e.sets().stream())
                .mapToInt(set -> set.pictures().size())
                .max()
                .orElse(0);
        if (byRuler.size() > 1) {
            List<String> last = List.copyOf(byRuler.keySet());
            byRuler.remove(last.get(last.size() - 1)); // the fewest
            draft.evaluations = byRuler.values().stream().flatMap(List::stream).toList();
        } else if (evaluations.size() > SOME_EVALUATIONS
                || (pictures <= SOME_PICTURES && evaluations.size() > FEW_EVALUATIONS)) {
            draft.evaluations = half(evaluations);
        } else if (pictures > FEW_PICTURES) {
            draft.evaluations =
                    evaluations.stream().map(e -> with(e, Fitting::half)).toList();
        } else {
            draft.evaluations = List.of();
        }
    }

    /** Half of a set's prompts with all of their pictures; of few prompts, half of the pictures. */
    private static MeasuredSet half(MeasuredSet set) {
        List<String> prompts = set.pictures().stream()
                .map(MeasuredPicture::prompt)
                .distinct()
                .sorted(Comparator.<String>comparingInt(p -> scattered(p.hashCode()))
                        .thenComparing(p -> p))
                .toList();
        if (prompts.size() >= FEW_PICTURES) {
            Set<String> kept = Set.copyOf(prompts.subList(0, prompts.size() / 2));
            Map<String, PromptDiversity> diversity = new LinkedHashMap<>(set.diversity());
            diversity.keySet().retainAll(kept);
            return new MeasuredSet(
                    set.name(),
                    set.pictures().stream()
                            .filter(p -> kept.contains(p.prompt()))
                            .toList(),
                    diversity);
        }
        Set<Integer> kept = new TreeSet<>();
        for (int i = 0; i < set.pictures().size(); i++) {
            kept.add(i);
        }
        List<Integer> order =
                kept.stream().sorted(Comparator.comparing(Fitting::scattered)).toList();
        kept.retainAll(Set.copyOf(order.subList(0, (order.size() + 1) / 2)));
        return new MeasuredSet(
                set.name(), kept.stream().map(set.pictures()::get).toList(), set.diversity());
    }
}
