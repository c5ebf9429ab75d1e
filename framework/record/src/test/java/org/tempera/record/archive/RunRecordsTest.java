package org.tempera.record.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class RunRecordsTest {
    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    private static RunRecord record(Path run) {
        try (RunFolder folder = RunFolder.view(run)) {
            return RunRecords.of(folder);
        }
    }

    @Test
    public void theRecordHasWhatTheFolderHas() {
        SmallRun small = new SmallRun(6, 2, 10);
        Path run = small.write(dir.resolve("run"));
        small.evaluate(run, 3, "10", 0, 6);
        small.evaluate(run, 3, "20", 6);
        RunRecord record = record(run);
        assertThat(record.name()).isEqualTo("run");
        assertThat(record.control()).isFalse();
        assertThat(record.facts()).isEqualTo(SmallRun.FACTS);
        assertThat(record.epochs()).isEqualTo(6);
        assertThat(record.costs()).hasSize(7).startsWith(new RunCost(0, 0, 0)).endsWith(new RunCost(6, 24, 9));
        assertThat(record.metrics()).extracting(MetricRow::epoch).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(record.metrics().get(1).values())
                .containsOnlyKeys("reward/train/mean", "reward/train/std", "time/epoch");
        assertThat(record.ruler()).contains(SmallRun.RULER);
        assertThat(record.evaluated()).hasSize(40).allMatch(s -> s.ruler().isPresent());
        List<Sample> logged = SamplesLog.read(run.resolve("samples.jsonl"), s -> s.phase() == Sample.Phase.EVALUATION);
        for (int i = 0; i < logged.size(); i++) {
            Sample kept = record.evaluated().get(i);
            near(kept.rewards(), logged.get(i).rewards());
            near(kept.signs(), logged.get(i).signs());
        }
        assertThat(record.evaluations())
                .as("those of the ruler with most epochs first")
                .extracting(ModelEvaluation::epoch)
                .containsExactly(OptionalInt.of(0), OptionalInt.of(6), OptionalInt.of(6));
        assertThat(record.provenance())
                .containsEntry("files", Map.of("gold: models/gold.safetensors", "00ff"))
                .containsEntry("resumed", List.of(Map.of("from_epoch", 1L, "java", "21")));
        assertThat(record.notes())
                .containsExactly("Scores are rounded to steps of at most 1/10000 of their standard deviation.");
    }

    @Test
    public void filesOfOneNameAreNumbered() throws IOException {
        Path run = new SmallRun(2, 1, 4).write(dir.resolve("run"));
        StringBuilder files = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            files.append("\"" + i + "/x/w\":{\"sha256\":\"" + i + "\"},");
        }
        Files.writeString(
                run.resolve("provenance.json"), "{\"files\":{" + files + "\"x/w (3)\":{\"sha256\":\"other\"}}}");
        Map<String, Object> shortened;
        try (RunFolder folder = RunFolder.view(run)) {
            shortened = ShortProvenance.of(folder, new ArrayList<>());
        }
        assertThat(shortened.get("files"))
                .asInstanceOf(MAP)
                .hasSize(50_001)
                .containsEntry("x/w", "0")
                .containsEntry("x/w (2)", "1")
                .containsEntry("x/w (50000)", "49999")
                .containsEntry("x/w (3) (2)", "other");
    }

    /** Of a plugin's jar its name is there already; a folder of classes, as in a build, has a path of the machine. */
    @Test
    public void pluginsHaveNoPaths() throws IOException {
        Path run = new SmallRun(2, 1, 4).write(dir.resolve("run"));
        Files.writeString(
                run.resolve("provenance.json"),
                """
                {"plugins": {
                  "algorithm ddpo": {"jar": "/home/somebody/algorithms/target/classes", "version": "1"},
                  "gold world": {"jar": "C:\\\\build\\\\classes\\\\", "version": "2"},
                  "policy toy": {"jar": "toy-1.jar", "version": "3"}},
                 "resumed": [{"from_epoch": 1, "plugins": {"policy toy": {"jar": "/elsewhere/toy/classes/"}}}]}
                """);
        Map<String, Object> shortened;
        try (RunFolder folder = RunFolder.view(run)) {
            shortened = ShortProvenance.of(folder, new ArrayList<>());
        }
        assertThat(shortened)
                .containsEntry(
                        "plugins",
                        Map.of(
                                "algorithm ddpo", Map.of("jar", "classes", "version", "1"),
                                "gold world", Map.of("jar", "classes", "version", "2"),
                                "policy toy", Map.of("jar", "toy-1.jar", "version", "3")))
                .containsEntry(
                        "resumed",
                        List.of(Map.of("from_epoch", 1L, "plugins", Map.of("policy toy", Map.of("jar", "classes")))));
    }

    private static void near(Map<String, Double> kept, Map<String, Double> logged) {
        assertThat(kept.keySet()).isEqualTo(logged.keySet()).isNotEmpty();
        logged.forEach((name, number) -> assertThat(kept.get(name)).as(name).isCloseTo(number, within(1e-3)));
    }

    @Test
    public void thePicturesAreThoseOfTheirPromptAndEpoch() throws IOException {
        RunRecord record = record(new SmallRun(10, 1, 10).write(dir.resolve("run")));
        ContactSheet sheet = record.pictures().orElseThrow();
        assertThat(sheet.indices()).containsExactly(0, 1, 2, 3, 4);
        assertThat(sheet.prompts()).startsWith("a cat", "two dogs");
        assertThat(sheet.epochs()).hasSizeBetween(4, 6).startsWith(0).endsWith(10);
        Path file = dir.resolve("sheet.jpg");
        Files.write(file, sheet.jpeg());
        RgbImage image = ImageFiles.read(file);
        assertThat(image.width()).isEqualTo(sheet.width() * sheet.epochs().size());
        assertThat(image.height()).isEqualTo(sheet.height() * 5);
        for (int row = 0; row < 5; row++) {
            for (int column = 0; column < sheet.epochs().size(); column++) {
                int x = sheet.width() * column + sheet.width() / 2;
                int y = sheet.height() * row + sheet.height() / 2;
                assertThat(image.get(x, y, 0)).isCloseTo(30 * row, within(8));
                assertThat(image.get(x, y, 1)).isCloseTo(20 * sheet.epochs().get(column), within(8));
            }
        }
    }

    @Test
    public void whatIsMissingIsNoted() throws IOException {
        Path run = new SmallRun(2, 1, 4).write(dir.resolve("run"));
        Files.delete(run.resolve("metrics.jsonl"));
        Files.delete(run.resolve("provenance.json"));
        Files.delete(run.resolve("rulers.json"));
        RunRecord record = record(run);
        assertThat(record.epochs()).isEqualTo(2);
        assertThat(record.costs()).endsWith(new RunCost(2, 8, 0));
        assertThat(record.ruler()).isEmpty();
        assertThat(record.notes())
                .contains(
                        "metrics.jsonl is missing: seconds are not known.",
                        "provenance.json is missing: it is not known where the numbers came from.");
        Files.delete(run.resolve("samples.jsonl"));
        assertThat(record(run).notes()).contains("samples.jsonl is missing: queries are not known.");
        Files.delete(run.resolve("run.json"));
        assertThatThrownBy(() -> record(run))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("run.json: is missing; it says what the run is.");
        try (RunFolder folder = RunFolder.view(run)) {
            assertThat(RunRecords.of(folder, SmallRun.FACTS).facts()).isEqualTo(SmallRun.FACTS);
        }
    }

    @Test
    public void aRunThatJustBeganHasARecord() {
        Path run = dir.resolve("run");
        try (RunFolder folder = RunFolder.create(run)) {
            RunFolder.writeText(folder.config(), "");
            SmallRun.FACTS.write(folder);
        }
        RunRecord record = record(run);
        assertThat(record.epochs()).isZero();
        assertThat(record.costs()).containsExactly(new RunCost(0, 0, 0));
        assertThat(record.pictures()).isEmpty();
        RunRecordFile.write(dir.resolve("record.json.gz"), record);
        assertThat(RunRecordFile.read(dir.resolve("record.json.gz"))).isEqualTo(record);
    }

    @Test
    public void aControlIsTrainedOnRandomRewardsAlone() {
        RunFacts.ScoredBy random = new RunFacts.ScoredBy("noise", RunFacts.TRAIN, RunFacts.RANDOM);
        RunFacts.ScoredBy other = new RunFacts.ScoredBy("jpeg", RunFacts.TRAIN, "jpeg");
        assertThat(facts(List.of(random)).isControl()).isTrue();
        assertThat(facts(List.of(random, other)).isControl()).isFalse();
        assertThat(facts(List.of()).isControl()).isFalse();
    }

    private static RunFacts facts(List<RunFacts.ScoredBy> rewards) {
        return new RunFacts("ddpo", "toy", 7, rewards, false, 1, "");
    }
}
