package org.tempera.record.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.tempera.base.json.PlainJson;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class RunRecordFileTest {
    private Path dir;
    private RunRecord small;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
        SmallRun run = new SmallRun(6, 2, 10);
        Path path = run.write(dir.resolve("run"));
        run.evaluate(path, 3, "10", 0, 6);
        try (RunFolder folder = RunFolder.view(path)) {
            small = RunRecords.of(folder);
        }
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    @Test
    public void aFileGivesBackItsRecord() throws IOException {
        RunRecord record = small.named("sweep/ddpo/seed-7", Map.of("algorithm", "ddpo", "seed", "7"));
        Path file = dir.resolve("a.json.gz");
        RunRecordFile.write(file, record);
        assertThat(RunRecordFile.read(file)).isEqualTo(record);
        byte[] bytes = Files.readAllBytes(file);
        RunRecordFile.write(file, RunRecordFile.read(file));
        assertThat(Files.readAllBytes(file)).as("of equal records").isEqualTo(bytes);
        assertThat(text(bytes)).startsWith("{\"format\":\"tempera-run-record/1\",\"name\":\"sweep/ddpo/seed-7\"");
    }

    private static String text(byte[] gz) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gz))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    public void numbersThatAreNoDecimalsComeBackToo() {
        RunRecord record = small;
        List<Sample> odd = new ArrayList<>();
        double[] scores = {Math.PI, -1e-300, 1e300, Double.NaN, Double.NEGATIVE_INFINITY, 0, Float.MIN_VALUE};
        for (int i = 0; i < scores.length; i++) {
            TreeMap<String, Double> named = new TreeMap<>(Map.of("a", scores[i], "b", i * 0.1));
            if (i == 2) {
                named.remove("b");
            }
            odd.add(new Sample(1, Sample.Phase.EVALUATION, i, "caf\u00e9 \ud83d\udc08", -i, named));
        }
        Draft draft = new Draft(record);
        draft.evaluated = odd;
        Path file = dir.resolve("a.json.gz");
        RunRecordFile.write(file, draft.record());
        assertThat(RunRecordFile.read(file).evaluated()).isEqualTo(odd);
    }

    @Test
    public void theQuickstartWithTwelveCheckpointsTakesLittle() throws IOException {
        RunRecord record = large(22, 12, 128, 64);
        RunRecord fitted = Fitting.fit(record);
        assertThat(RunRecordFile.bytes(fitted).length).isLessThan(60_000);
        assertThat(fitted.evaluated()).hasSize(12 * 128);
    }

    @Test
    public void howeverMuchThereIsTheFileIsSmall() throws IOException {
        Path file = dir.resolve("a.json.gz");
        for (RunRecord record : List.of(large(1000, 60, 384, 2), large(40, 2, 4, 12_000), wide(), wordy())) {
            RunRecordFile.write(file, record);
            assertThat(Files.size(file)).isLessThanOrEqualTo(RunRecordFile.LARGEST);
            RunRecord read = RunRecordFile.read(file);
            assertThat(read.notes()).anyMatch(note -> note.startsWith("Of "));
        }
    }

    /** A mean of ratios is read by what it is off 1, by some hundred-thousandths. */
    @Test
    public void meansOfRatiosAreKeptByTheirDistanceFromOne() {
        Draft draft = new Draft(small);
        draft.metrics = List.of(new MetricRow(
                1,
                new TreeMap<>(Map.of(
                        "train/ratio/part1of5/mean",
                        0.9993217654,
                        "train/ratio/part2of5/mean",
                        1 - 2.3456e-5,
                        "train/ratio/part3of5/mean",
                        1 + 3e-10,
                        "train/ratio/part4of5/mean",
                        Double.NaN,
                        "train/ratio/part5of5/std",
                        0.0123456,
                        "train/ratio_mean",
                        1.0123456))));
        Path file = dir.resolve("a.json.gz");
        RunRecordFile.write(file, Fitting.fit(draft.record()));
        assertThat(RunRecordFile.read(file).metrics().get(0).values())
                .isEqualTo(Map.of(
                        "train/ratio/part1of5/mean", 0.9993218,
                        "train/ratio/part2of5/mean", 0.99997654,
                        "train/ratio/part3of5/mean", 1.0,
                        "train/ratio/part4of5/mean", Double.NaN,
                        "train/ratio/part5of5/std", 0.01235,
                        "train/ratio_mean", 1.01235));
    }

    /** Of so many evaluations in the run, and as many checkpoints that {@code evaluate} measured. */
    private RunRecord large(int epochs, int evaluations, int samples, int prompts) {
        Random random = new Random(1);
        Draft draft = new Draft(small);
        draft.epochs = epochs;
        draft.metrics = new ArrayList<>();
        draft.costs = new ArrayList<>();
        for (int epoch = 0; epoch <= epochs; epoch++) {
            TreeMap<String, Double> values = new TreeMap<>();
            for (int i = 0; i < 60; i++) {
                values.put("train/metric-" + i, random.nextGaussian());
            }
            draft.metrics.add(new MetricRow(epoch, values));
            draft.costs.add(new RunCost(epoch, 64L * epoch, 10.123456 * epoch));
        }
        draft.evaluated = new ArrayList<>();
        List<ModelEvaluation> measured = new ArrayList<>();
        for (int e = 0; e < evaluations; e++) {
            int epoch = e * epochs / evaluations;
            for (int i = 0; i < samples; i++) {
                TreeMap<String, Double> scores = new TreeMap<>();
                for (String name : List.of("aesthetic", "clip-score", "gold", "human-preference", "jpeg")) {
                    scores.put(name, (double) (float) random.nextGaussian());
                }
                scores.put("train", scores.get("aesthetic"));
                draft.evaluated.add(new Sample(epoch, Sample.Phase.EVALUATION, i, "a prompt " + i % 12, 7, scores));
            }
            measured.add(new SmallRun(1, 1, 1).evaluation(epoch, prompts, "10"));
        }
        draft.evaluations = measured;
        return draft.record();
    }

    /** Few rows of very many numbers. */
    private RunRecord wide() {
        Draft draft = new Draft(small);
        TreeMap<String, Double> values = new TreeMap<>();
        Random random = new Random(2);
        for (int i = 0; i < 10_000; i++) {
            values.put(Long.toHexString(random.nextLong()), random.nextGaussian());
        }
        draft.metrics = List.of(new MetricRow(0, values), new MetricRow(1, values));
        draft.evaluated = List.of(
                new Sample(0, Sample.Phase.EVALUATION, 0, "a", 7, values),
                new Sample(1, Sample.Phase.EVALUATION, 0, "a", 7, values));
        return draft.record();
    }

    /** Long texts wherever there are any. */
    private RunRecord wordy() {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append(Long.toHexString(random.nextLong()));
        }
        String word = text.toString();
        Draft draft = new Draft(small);
        draft.name = word;
        draft.settings = Map.of(word, word, "seed", word);
        draft.provenance = Map.of("java", word);
        draft.notes.add(word);
        draft.evaluated = draft.evaluated.stream()
                .map(s -> new Sample(
                        s.epoch(), s.phase(), s.index(), s.index() + word, s.seed(), s.rewards(), Optional.of(word)))
                .toList();
        return draft.record();
    }

    @Test
    public void whatIsNoRecordIsRefusedInOneMessage() throws IOException {
        Path file = dir.resolve("a.json.gz");
        RunRecordFile.write(file, small);
        byte[] whole = Files.readAllBytes(file);
        String text = text(whole);
        Messages.assertMessage("record-missing", dir, () -> RunRecordFile.read(dir.resolve("none.json.gz")));
        Messages.assertMessage("record-folder", dir, () -> RunRecordFile.read(dir));
        refused(file, Arrays.copyOf(whole, whole.length / 2), "it ends early");
        refused(file, text.getBytes(StandardCharsets.UTF_8), "Not in GZIP format");
        refused(file, RunRecordFile.compressed(new byte[] {'{', (byte) 0xff}), "it is not UTF-8");
        refused(file, new byte[RunRecordFile.LARGEST + 1], "expected a file of at most 200000 bytes");
        refused(file, RunRecordFile.compressed(new byte[RunRecordFile.LARGEST_TEXT + 1]), "it holds more than 1 MiB");
        refused(file, changed(text, "record/1", "record/2"), "expected the format tempera-run-record/1");
        refused(
                file,
                changed(text, "\"index\":[0,1", "\"index\":[0,2000000000"),
                "cannot be numbered up to 2000000000");
        refused(file, changed(text, "\"drawn\":0", "\"drawn\":9"), "a number points beyond its table");
        refused(file, changed(text, "\"sampling.steps\":\"10\"", "\"sampling.steps\":\"11\""), "is another");
        refused(file, changed(text, "\"width\":", "\"width\":1"), "expected pictures of ");
        String blocks = IntStream.range(0, 20_000)
                .mapToObj(epoch -> "{\"epoch\":" + epoch + ",\"drawn\":0,\"scores\":{}},")
                .collect(Collectors.joining());
        refused(
                file,
                changed(text, "\"evaluated\":[", "\"evaluated\":[" + blocks),
                "expected at most 120000 pictures in all");
        refused(file, changed(text, "\"jpeg\":\"", "\"jpeg\":\"AAAA"), "it is no JPEG");
        for (int more : new int[] {1, 18, 19, 4000}) {
            refused(file, Arrays.copyOf(whole, whole.length + more), more + " bytes follow its end");
        }
    }

    /** A file of somebody else's fills no terminal. */
    @Test
    public void aLongTextIsNotSaidWhole() throws IOException {
        Path file = dir.resolve("a.json.gz");
        byte[] text = RunRecordFile.text(small);
        String json = new String(text, StandardCharsets.UTF_8);
        for (byte[] bytes : List.of(
                changed(json, "tempera-run-record/1", "x".repeat(20_000)),
                changed(json, "\"rulers\":{", "\"rulers\":{\"long\":[" + "0,".repeat(20_000) + "0],"))) {
            Files.write(file, bytes);
            assertThatThrownBy(() -> RunRecordFile.read(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("cannot be read as the record of a run (expected ")
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
        }
    }

    /** What a run cannot have spent or counted: the part of a record, its field, what stands there, and the message. */
    @DataProvider
    public Object[][] numbersOfNoRun() {
        return new Object[][] {
            {"costs", "epoch", List.of(0, 2, 1), "expected ascending epochs up to 6 at 'costs.epoch', found 1 after 2"},
            {"costs", "epoch", List.of(0, 1, 7), "up to 6 at 'costs.epoch', found 7 after 1"},
            {"costs", "epoch", List.of(0, 1, -1), "at 'epoch', found -1"},
            {"costs", "queries", List.of(-1, 0, 8), "at 'costs.queries' what the run had spent"},
            {"costs", "queries", List.of(0, 8, 7), "found 7 after 8"},
            {"costs", "queries", List.of(0, 8, "8"), "expected whole numbers at 'queries'"},
            {"costs", "queries", List.of(0, 8), "expected queries of 3 epochs, found 2"},
            {"costs", "seconds", Map.of("values", List.of(-1.5, 0, 1)), "at 'costs.seconds' what the run had spent"},
            {"costs", "seconds", Map.of("values", List.of(0, 2, 1)), "found 1.0 after 2.0"},
            {"costs", "seconds", Map.of("values", List.of(0, "NaN", 1)), "found NaN after 0.0"},
            {"costs", "seconds", Map.of("values", List.of(0, 1, "Infinity")), "found Infinity after 1.0"},
            {"costs", "seconds", Map.of("values", List.of(0, true, 1)), "expected whole numbers as values"},
            {"metrics", "epoch", List.of(1, 1, 2, 3), "at 'metrics.epoch', found 1 after 1"},
        };
    }

    @Test(dataProvider = "numbersOfNoRun")
    public void whatARunCannotHaveSpentIsRefused(String part, String field, Object value, String why)
            throws IOException, PlainJson.MalformedException {
        Draft draft = new Draft(small);
        draft.costs = List.of(new RunCost(0, 0, 0), new RunCost(1, 8, 1.5), new RunCost(2, 16, 3));
        Path file = dir.resolve("a.json.gz");
        byte[] text = RunRecordFile.text(draft.record());
        Files.write(file, RunRecordFile.compressed(text));
        assertThat(RunRecordFile.read(file).costs()).isEqualTo(draft.costs);
        Map<String, Object> document =
                new LinkedHashMap<>(PlainJson.readObject(new String(text, StandardCharsets.UTF_8)));
        Map<String, Object> fields = PlainFields.of(document).map(part);
        fields.put(field, value);
        document.put(part, fields);
        refused(file, RunRecordFile.compressed(PlainJson.line(document).getBytes(StandardCharsets.UTF_8)), why);
    }

    @Test
    public void evaluationsThatGoBackAreRefused() throws IOException, PlainJson.MalformedException {
        Path file = dir.resolve("a.json.gz");
        Map<String, Object> document = new LinkedHashMap<>(
                PlainJson.readObject(new String(RunRecordFile.text(small), StandardCharsets.UTF_8)));
        List<Object> blocks = new ArrayList<>(PlainFields.of(document).list("evaluated"));
        Collections.reverse(blocks);
        document.put("evaluated", blocks);
        refused(
                file,
                RunRecordFile.compressed(PlainJson.line(document).getBytes(StandardCharsets.UTF_8)),
                "expected the evaluations by ascending epoch at 'evaluated', found 4 after 6");
    }

    @Test
    public void anEvaluationThatStandsTwiceIsRefused() throws IOException, PlainJson.MalformedException {
        Path file = dir.resolve("a.json.gz");
        Map<String, Object> document = new LinkedHashMap<>(
                PlainJson.readObject(new String(RunRecordFile.text(small), StandardCharsets.UTF_8)));
        List<Object> blocks = new ArrayList<>(PlainFields.of(document).list("evaluated"));
        blocks.add(blocks.get(blocks.size() - 1));
        document.put("evaluated", blocks);
        refused(
                file,
                RunRecordFile.compressed(PlainJson.line(document).getBytes(StandardCharsets.UTF_8)),
                "expected each evaluation once at 'evaluated', found that of epoch 6 twice");
    }

    @Test
    public void aSheetOfCountlessPicturesIsNone() {
        List<Integer> many = Collections.nCopies(101, 0);
        assertThatThrownBy(() -> new ContactSheet(List.of("a"), List.of(0), many, 1, 1, new byte[1]))
                .hasMessage("expected pictures of at most 100 prompts at 100 evaluations, found 1 at 101");
        List<String> prompts = Collections.nCopies(101, "a");
        assertThatThrownBy(() -> new ContactSheet(prompts, many, List.of(0), 1, 1, new byte[1]))
                .hasMessageContaining("found 101 at 1");
    }

    private static byte[] changed(String text, String from, String to) {
        assertThat(text).contains(from);
        return RunRecordFile.compressed(text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(Path file, byte[] bytes, String why) throws IOException {
        Files.write(file, bytes);
        assertThatThrownBy(() -> RunRecordFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(why);
    }
}
