package org.tempera.record.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageSize;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.PlainFields;

/**
 * A run record as plain data and back, without loss. What is drawn again and again is there once: prompts, lists of
 * pictures (prompts and seeds), rulers; numbers go in {@link Column}s, those of pictures that were drawn before by what
 * has changed since.
 */
final class RecordDocument {
    /** What {@code format} says. */
    static final String FORMAT = "tempera-run-record/1";

    private static final String EPOCH = "epoch";
    private static final String DRAWN = "drawn";
    private static final String RULER = "ruler";
    private static final String SCORES = "scores";
    private static final String SIGNS = "signs";
    private static final String NUMBERS = "numbers";
    private static final String DIVERSITY = "diversity";

    private RecordDocument() {}

    /** Pictures of an evaluation or a set: their places, prompts and seeds. */
    private record Drawn(List<Integer> index, List<Integer> prompt, List<Long> seed) {}

    /** Texts, or whatever else, each of which gets a number when it is first seen. */
    private static final class Numbered<T> {
        private final Map<T, Integer> numbers = new LinkedHashMap<>();

        int of(T each) {
            return numbers.computeIfAbsent(each, e -> numbers.size());
        }

        List<T> all() {
            return List.copyOf(numbers.keySet());
        }
    }

    /** The numbers of pictures when they were last drawn, by earlier weights. */
    private static final class Before {
        static final Function<String, IntToDoubleFunction> NOTHING = name -> row -> Double.NaN;

        private final Map<Integer, List<? extends Map<String, Double>>> latest = new HashMap<>();

        void put(int drawn, List<? extends Map<String, Double>> numbers) {
            latest.put(drawn, numbers);
        }

        Function<String, IntToDoubleFunction> of(int drawn) {
            List<? extends Map<String, Double>> numbers = latest.get(drawn);
            return numbers == null ? NOTHING : name -> row -> numbers.get(row).getOrDefault(name, Double.NaN);
        }
    }

    /** Writes a record. */
    private static final class Writer {
        private final Numbered<String> prompts = new Numbered<>();
        private final Numbered<Drawn> drawn = new Numbered<>();
        private final SortedMap<String, Ruler> rulers = new TreeMap<>();
        private final Before before = new Before();
        private final Before signsBefore = new Before();

        private String ruler(Ruler ruler) {
            String fingerprint = ruler.fingerprint();
            rulers.put(fingerprint, ruler);
            return fingerprint;
        }

        Map<String, Object> document(RunRecord record) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("format", FORMAT);
            all.put("name", record.name());
            all.put("settings", record.settings());
            all.put("control", record.control());
            all.put("facts", record.facts().fields());
            all.put("epochs", record.epochs());
            all.put("costs", costs(record.costs()));
            all.put("metrics", metrics(record.metrics()));
            // These fill the tables that stand before them.
            Optional<String> ruler = record.ruler().map(this::ruler);
            List<Object> evaluated = evaluated(record.evaluated());
            List<Map<String, Object>> evaluations =
                    record.evaluations().stream().map(this::evaluation).toList();
            Optional<Map<String, Object>> pictures = record.pictures().map(this::pictures);
            all.put("prompts", prompts.all());
            all.put(DRAWN, drawn.all().stream().map(Writer::drawn).toList());
            Map<String, Object> scopes = new LinkedHashMap<>();
            rulers.forEach((fingerprint, r) -> scopes.put(fingerprint, r.scopes()));
            all.put("rulers", scopes);
            ruler.ifPresent(fingerprint -> all.put(RULER, fingerprint));
            all.put("evaluated", evaluated);
            all.put("evaluations", evaluations);
            pictures.ifPresent(p -> all.put("pictures", p));
            all.put("provenance", record.provenance());
            all.put("notes", record.notes());
            return all;
        }

        private static Map<String, Object> costs(List<RunCost> costs) {
            Map<String, Object> columns = new LinkedHashMap<>();
            columns.put(EPOCH, costs.stream().map(RunCost::epoch).toList());
            columns.put("queries", costs.stream().map(RunCost::queries).toList());
            columns.put("seconds", column(costs, RunCost::seconds));
            return columns;
        }

        private static <T> Map<String, Object> column(List<T> rows, ToDoubleFunction<T> number) {
            return Column.of(rows.size(), i -> OptionalDouble.of(number.applyAsDouble(rows.get(i))));
        }

        private static <T> Map<String, Object> columns(
                List<T> rows, Function<T, Map<String, Double>> numbers, Function<String, IntToDoubleFunction> before) {
            TreeSet<String> names = new TreeSet<>();
            rows.forEach(row -> names.addAll(numbers.apply(row).keySet()));
            Map<String, Object> columns = new LinkedHashMap<>();
            for (String name : names) {
                IntFunction<OptionalDouble> column = i -> {
                    Double number = numbers.apply(rows.get(i)).get(name);
                    return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
                };
                columns.put(name, Column.of(rows.size(), column, before.apply(name)));
            }
            return columns;
        }

        private static Map<String, Object> metrics(List<MetricRow> rows) {
            Map<String, Object> metrics = new LinkedHashMap<>();
            metrics.put(EPOCH, rows.stream().map(MetricRow::epoch).toList());
            metrics.put("values", columns(rows, MetricRow::values, Before.NOTHING));
            return metrics;
        }

        private static Map<String, Object> drawn(Drawn drawn) {
            Map<String, Object> columns = new LinkedHashMap<>();
            if (!drawn.index().isEmpty()) {
                columns.put("index", drawn.index());
            }
            columns.put("prompt", drawn.prompt());
            columns.put("seed", drawn.seed());
            return columns;
        }

        /** Neighbours of one epoch and ruler together. */
        private List<Object> evaluated(List<Sample> samples) {
            List<Object> blocks = new ArrayList<>();
            int from = 0;
            for (int i = 1; i <= samples.size(); i++) {
                if (i == samples.size()
                        || samples.get(i).epoch() != samples.get(from).epoch()
                        || !samples.get(i).ruler().equals(samples.get(from).ruler())) {
                    blocks.add(block(samples.subList(from, i)));
                    from = i;
                }
            }
            return blocks;
        }

        private Map<String, Object> block(List<Sample> samples) {
            Map<String, Object> block = new LinkedHashMap<>();
            block.put(EPOCH, samples.get(0).epoch());
            samples.get(0).ruler().ifPresent(fingerprint -> block.put(RULER, fingerprint));
            int pictures = drawn.of(new Drawn(
                    samples.stream().map(Sample::index).toList(),
                    samples.stream().map(s -> prompts.of(s.prompt())).toList(),
                    samples.stream().map(Sample::seed).toList()));
            block.put(DRAWN, pictures);
            block.put(SCORES, columns(samples, Sample::rewards, before.of(pictures)));
            before.put(pictures, samples.stream().map(Sample::rewards).toList());
            if (samples.stream().anyMatch(s -> !s.signs().isEmpty())) {
                block.put(SIGNS, columns(samples, Sample::signs, signsBefore.of(pictures)));
                signsBefore.put(pictures, samples.stream().map(Sample::signs).toList());
            }
            return block;
        }

        private Map<String, Object> evaluation(ModelEvaluation evaluation) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("source", evaluation.source());
            evaluation.epoch().ifPresent(epoch -> fields.put(EPOCH, epoch));
            fields.put(RULER, ruler(evaluation.ruler()));
            fields.put("sets", evaluation.sets().stream().map(this::set).toList());
            return fields;
        }

        private Map<String, Object> set(MeasuredSet set) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", set.name());
            List<MeasuredPicture> pictures = set.pictures();
            int number = drawn.of(new Drawn(
                    List.of(),
                    pictures.stream().map(p -> prompts.of(p.prompt())).toList(),
                    pictures.stream().map(MeasuredPicture::seed).toList()));
            fields.put(DRAWN, number);
            fields.put(NUMBERS, columns(pictures, MeasuredPicture::numbers, before.of(number)));
            before.put(number, pictures.stream().map(MeasuredPicture::numbers).toList());
            if (!set.diversity().isEmpty()) {
                List<PromptDiversity> diversity = List.copyOf(set.diversity().values());
                Map<String, Object> columns = new LinkedHashMap<>();
                columns.put(
                        "prompt",
                        set.diversity().keySet().stream().map(prompts::of).toList());
                columns.put(ScoreNames.DISTANCE, column(diversity, PromptDiversity::distance));
                columns.put(ScoreNames.VENDI, column(diversity, PromptDiversity::vendi));
                fields.put(DIVERSITY, columns);
            }
            return fields;
        }

        private Map<String, Object> pictures(ContactSheet sheet) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("prompt", sheet.prompts().stream().map(prompts::of).toList());
            fields.put("index", sheet.indices());
            fields.put("epochs", sheet.epochs());
            fields.put("width", sheet.width());
            fields.put("height", sheet.height());
            fields.put("jpeg", Base64.getEncoder().encodeToString(sheet.jpeg()));
            return fields;
        }
    }

    /** A record as plain data. */
    static Map<String, Object> of(RunRecord record) {
        return new Writer().document(record);
    }

    /** Reads a record. */
    private static final class Reader {
        private final List<String> prompts;
        private final List<Drawn> drawn = new ArrayList<>();
        private final Map<String, Ruler> rulers = new LinkedHashMap<>();
        private final Before before = new Before();
        private final Before signsBefore = new Before();

        /** Of the blocks of one epoch: it is evaluated anew, by another ruler, where a run goes on with other keys. */
        private final Set<Optional<String>> rulersOfEpoch = new HashSet<>();

        private long pictures;

        Reader(PlainFields document) {
            prompts = document.texts("prompts");
            for (Object each : document.list(DRAWN)) {
                PlainFields fields = PlainFields.of(each);
                Drawn one = new Drawn(
                        fields.has("index") ? integers(fields, "index") : List.of(),
                        integers(fields, "prompt"),
                        longs(fields, "seed"));
                int size = one.prompt().size();
                if (one.seed().size() != size
                        || (!one.index().isEmpty() && one.index().size() != size)) {
                    throw new IllegalArgumentException("expected a prompt, a seed and a place of each picture");
                }
                one.prompt().forEach(this::prompt);
                drawn.add(one);
            }
            document.map("rulers").forEach((fingerprint, scopes) -> {
                Ruler ruler = Ruler.of(scopes);
                if (!ruler.fingerprint().equals(fingerprint)) {
                    throw new IllegalArgumentException(
                            "the ruler '" + fingerprint + "' is another, " + ruler.fingerprint() + " by its parts");
                }
                rulers.put(fingerprint, ruler);
            });
        }

        private String prompt(int number) {
            return prompts.get(Objects.checkIndex(number, prompts.size()));
        }

        /** Of those that are drawn again and again a few letters could make millions. */
        private int drawn(PlainFields fields) {
            int number = Objects.checkIndex(fields.integer(DRAWN), drawn.size());
            pictures += drawn.get(number).prompt().size();
            if (pictures > Fitting.MOST_NUMBERS) {
                throw new IllegalArgumentException("expected at most " + Fitting.MOST_NUMBERS + " pictures in all");
            }
            return number;
        }

        private Ruler ruler(String fingerprint) {
            return Optional.ofNullable(rulers.get(fingerprint))
                    .orElseThrow(() -> new IllegalArgumentException("there is no ruler '" + fingerprint + "'"));
        }

        RunRecord record(PlainFields document) {
            Map<String, String> settings = new LinkedHashMap<>();
            PlainFields axes = document.fields("settings");
            axes.names().forEach(axis -> settings.put(axis, axes.text(axis)));
            int epochs = count(document, "epochs");
            List<Sample> evaluated = new ArrayList<>();
            document.list("evaluated").forEach(block -> block(PlainFields.of(block), evaluated));
            return new RunRecord(
                    document.text("name"),
                    settings,
                    document.flag("control"),
                    RunFacts.of(document.fields("facts")),
                    epochs,
                    costs(document.fields("costs"), epochs),
                    metrics(document.fields("metrics"), epochs),
                    evaluated,
                    document.has(RULER) ? Optional.of(ruler(document.text(RULER))) : Optional.empty(),
                    document.list("evaluations").stream()
                            .map(e -> evaluation(PlainFields.of(e)))
                            .toList(),
                    document.has("pictures") ? Optional.of(pictures(document.fields("pictures"))) : Optional.empty(),
                    document.map("provenance"),
                    document.texts("notes"));
        }

        private static List<RunCost> costs(PlainFields fields, int complete) {
            List<Integer> epochs = epochs(fields, "costs.epoch", complete);
            List<Long> queries = longs(fields, "queries");
            if (queries.size() != epochs.size()) {
                throw new IllegalArgumentException(
                        "expected queries of " + epochs.size() + " epochs, found " + queries.size());
            }
            double[] seconds = column(fields, "seconds", epochs.size());
            List<RunCost> costs = new ArrayList<>();
            RunCost before = new RunCost(0, 0, 0);
            for (int i = 0; i < seconds.length; i++) {
                RunCost cost = new RunCost(epochs.get(i), queries.get(i), seconds[i]);
                requireSum("costs.queries", cost.queries() >= before.queries(), before.queries(), cost.queries());
                requireSum(
                        "costs.seconds",
                        Double.isFinite(cost.seconds()) && cost.seconds() >= before.seconds(),
                        before.seconds(),
                        cost.seconds());
                costs.add(cost);
                before = cost;
            }
            return costs;
        }

        /** What a run has spent never grows less. */
        private static void requireSum(String key, boolean holds, Number before, Number found) {
            if (!holds) {
                throw new IllegalArgumentException("expected at '" + key
                        + "' what the run had spent until each epoch, found " + found + " after " + before);
            }
        }

        /** Those of rows, each above the one before, and none that is not complete. */
        private static List<Integer> epochs(PlainFields fields, String key, int complete) {
            List<Integer> epochs = integers(fields, EPOCH);
            int before = -1;
            for (int epoch : epochs) {
                if (epoch <= before || epoch > complete) {
                    throw new IllegalArgumentException("expected ascending epochs up to " + complete + " at '" + key
                            + "', found " + epoch + (before < 0 ? "" : " after " + before));
                }
                before = epoch;
            }
            return epochs;
        }

        /** A column in which each row has a number. */
        private static double[] column(PlainFields fields, String key, int rows) {
            double[] numbers = new double[rows];
            int[] found = {0};
            Column.read(fields.map(key), rows, row -> Double.NaN, (row, value) -> {
                numbers[row] = value;
                found[0]++;
            });
            if (found[0] != rows) {
                throw new IllegalArgumentException("expected " + rows + " values of '" + key + "', found " + found[0]);
            }
            return numbers;
        }

        private static List<SortedMap<String, Double>> columns(
                PlainFields fields, int rows, Function<String, IntToDoubleFunction> before) {
            List<SortedMap<String, Double>> numbers = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                numbers.add(new TreeMap<>());
            }
            for (String name : fields.names()) {
                Column.read(fields.map(name), rows, before.apply(name), (row, value) -> numbers.get(row)
                        .put(name, value));
            }
            return numbers;
        }

        private static List<MetricRow> metrics(PlainFields fields, int complete) {
            List<Integer> epochs = epochs(fields, "metrics.epoch", complete);
            List<SortedMap<String, Double>> values = columns(fields.fields("values"), epochs.size(), Before.NOTHING);
            List<MetricRow> rows = new ArrayList<>();
            for (int i = 0; i < epochs.size(); i++) {
                rows.add(new MetricRow(epochs.get(i), values.get(i)));
            }
            return rows;
        }

        private void block(PlainFields fields, List<Sample> into) {
            int epoch = count(fields, EPOCH);
            int earlier = into.isEmpty() ? 0 : into.get(into.size() - 1).epoch();
            if (epoch < earlier) { // the changes of its scores would be from other pictures than were meant
                throw new IllegalArgumentException("expected the evaluations by ascending epoch at 'evaluated', found "
                        + epoch + " after " + earlier);
            }
            Optional<String> ruler = fields.has(RULER) ? Optional.of(fields.text(RULER)) : Optional.empty();
            if (epoch > earlier) {
                rulersOfEpoch.clear();
            }
            if (!rulersOfEpoch.add(ruler)) {
                throw new IllegalArgumentException(
                        "expected each evaluation once at 'evaluated', found that of epoch " + epoch + " twice");
            }
            int number = drawn(fields);
            Drawn pictures = drawn.get(number);
            int size = pictures.prompt().size();
            if (pictures.index().size() != size) {
                throw new IllegalArgumentException("expected the places of an evaluation's pictures, found none");
            }
            List<SortedMap<String, Double>> scores = columns(fields.fields(SCORES), size, before.of(number));
            before.put(number, scores);
            List<SortedMap<String, Double>> signs = fields.has(SIGNS)
                    ? columns(fields.fields(SIGNS), size, signsBefore.of(number))
                    : Collections.nCopies(size, Collections.emptySortedMap());
            if (fields.has(SIGNS)) {
                signsBefore.put(number, signs);
            }
            for (int i = 0; i < size; i++) {
                into.add(new Sample(
                        epoch,
                        Sample.Phase.EVALUATION,
                        pictures.index().get(i),
                        prompt(pictures.prompt().get(i)),
                        pictures.seed().get(i),
                        scores.get(i),
                        ruler,
                        signs.get(i)));
            }
        }

        private ModelEvaluation evaluation(PlainFields fields) {
            return new ModelEvaluation(
                    fields.text("source"),
                    fields.has(EPOCH) ? OptionalInt.of(count(fields, EPOCH)) : OptionalInt.empty(),
                    ruler(fields.text(RULER)),
                    fields.list("sets").stream()
                            .map(set -> set(PlainFields.of(set)))
                            .toList());
        }

        private MeasuredSet set(PlainFields fields) {
            int number = drawn(fields);
            Drawn pictures = drawn.get(number);
            int size = pictures.prompt().size();
            List<SortedMap<String, Double>> numbers = columns(fields.fields(NUMBERS), size, before.of(number));
            before.put(number, numbers);
            List<MeasuredPicture> measured = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                measured.add(new MeasuredPicture(
                        prompt(pictures.prompt().get(i)), pictures.seed().get(i), numbers.get(i)));
            }
            Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
            if (fields.has(DIVERSITY)) {
                PlainFields columns = fields.fields(DIVERSITY);
                List<Integer> of = integers(columns, "prompt");
                double[] distance = column(columns, ScoreNames.DISTANCE, of.size());
                double[] vendi = column(columns, ScoreNames.VENDI, of.size());
                for (int i = 0; i < distance.length; i++) {
                    diversity.put(prompt(of.get(i)), new PromptDiversity(distance[i], vendi[i]));
                }
            }
            return new MeasuredSet(fields.text("name"), measured, diversity);
        }

        private ContactSheet pictures(PlainFields fields) {
            ContactSheet sheet = new ContactSheet(
                    integers(fields, "prompt").stream().map(this::prompt).toList(),
                    integers(fields, "index"),
                    integers(fields, "epochs"),
                    count(fields, "width"),
                    count(fields, "height"),
                    Base64.getDecoder().decode(fields.text("jpeg")));
            ImageSize found;
            try {
                found = ImageFiles.jpegSize(sheet.jpeg());
            } catch (IOException e) {
                throw new IllegalArgumentException("its pictures cannot be read (" + e.getMessage() + ")", e);
            }
            long width = (long) sheet.width() * sheet.epochs().size();
            long height = (long) sheet.height() * sheet.prompts().size();
            if (found.width() != width || found.height() != height) {
                throw new IllegalArgumentException(
                        "expected pictures of " + width + "x" + height + " pixels in all, found " + found);
            }
            return sheet;
        }
    }

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if it is none
     */
    static RunRecord read(Map<String, Object> document) {
        PlainFields fields = PlainFields.of(document);
        String format = fields.text("format");
        if (!format.equals(FORMAT)) {
            throw new IllegalArgumentException("expected the format " + FORMAT + ", found '" + format + "'");
        }
        try {
            return new Reader(fields).record(fields);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a number points beyond its table (" + e.getMessage() + ")", e);
        }
    }

    private static int count(PlainFields fields, String key) {
        int count = fields.integer(key);
        if (count < 0) {
            throw new IllegalArgumentException("expected 0 or more at '" + key + "', found " + count);
        }
        return count;
    }

    private static List<Integer> integers(PlainFields fields, String key) {
        List<Integer> numbers = new ArrayList<>();
        for (long number : longs(fields, key)) {
            if (number < 0 || number > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "expected numbers of 0 to 2^31 - 1 at '" + key + "', found " + number);
            }
            numbers.add((int) number);
        }
        return numbers;
    }

    private static List<Long> longs(PlainFields fields, String key) {
        List<Long> numbers = new ArrayList<>();
        for (Object each : fields.list(key)) {
            if (!(each instanceof Long number)) {
                throw new IllegalArgumentException("expected whole numbers at '" + key + "'");
            }
            numbers.add(number);
        }
        return numbers;
    }
}
