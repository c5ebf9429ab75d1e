package org.tempera.record.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class LogsTest {
    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    @Test
    public void aLineLongerThanARunWritesIsRefusedBeforeItIsRead() throws IOException {
        Path file = dir.resolve("long.jsonl");
        Files.writeString(file, "{\"epoch\":1,\"x\":\"" + "y".repeat(5 << 20) + "\"}\n");
        assertThatThrownBy(() -> JsonlMetrics.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("line 1 is damaged (it is longer than what a run writes)");
    }

    @Test
    public void writesOneLineAnEpochAndReadsItBack() throws IOException {
        Path file = dir.resolve("metrics.jsonl");
        try (JsonlMetrics metrics = new JsonlMetrics(file)) {
            metrics.epoch(0, new TreeMap<>(Map.of(MetricNames.GOLD, 0.25)));
            metrics.epoch(
                    1,
                    new TreeMap<>(Map.of(
                            MetricNames.TRAIN_REWARD,
                            0.1,
                            MetricNames.APPROX_KL,
                            Double.NaN,
                            "critic/loss",
                            Double.POSITIVE_INFINITY)));
        }
        assertThat(Files.readString(file))
                .isEqualTo(
                        "{\"epoch\":0,\"gold/mean\":0.25}\n"
                                + "{\"epoch\":1,\"critic/loss\":\"Infinity\",\"reward/train/mean\":0.1,\"train/approx_kl\":\"NaN\"}\n");
        List<MetricRow> rows = JsonlMetrics.read(file);
        assertThat(rows).hasSize(2);
        assertThat(rows.get(1).epoch()).isEqualTo(1);
        assertThat(rows.get(1).values())
                .containsEntry("critic/loss", Double.POSITIVE_INFINITY)
                .containsEntry("train/approx_kl", Double.NaN);
    }

    @Test
    public void aLogThatIsTakenAwayIsTold() throws IOException {
        Path file = dir.resolve("metrics.jsonl");
        try (JsonlMetrics metrics = new JsonlMetrics(file)) {
            metrics.epoch(0, new TreeMap<>(Map.of("a", 1.0)));
            Files.delete(file);
            assertThatThrownBy(() -> metrics.epoch(1, new TreeMap<>(Map.of("a", 2.0))))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(file + ": is gone: it was moved or deleted while the run went on.");
        }
    }

    @Test
    public void appendsToWhatIsThereAndLeavesOutALineCutShort() throws IOException {
        Path file = dir.resolve("metrics.jsonl");
        Files.writeString(file, "{\"epoch\":1,\"a\":1.0}\n");
        try (JsonlMetrics metrics = new JsonlMetrics(file)) {
            metrics.epoch(2, new TreeMap<>(Map.of("a", 2.0)));
        }
        Files.writeString(file, Files.readString(file) + "{\"epoch\":3,\"a");
        assertThat(JsonlMetrics.read(file)).extracting(MetricRow::epoch).containsExactly(1, 2);
        Files.writeString(file, "{\"epoch\":1}\n{\"a\":1.0}\n");
        assertThatThrownBy(() -> JsonlMetrics.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": line 2 is damaged (expected an epoch and numbers). Mend or remove the line.");
        for (String epoch : List.of("1e999", "-1", "1.5", "4294967296", "\"1\"")) {
            Files.writeString(file, "{\"epoch\":" + epoch + "}\n");
            assertThatThrownBy(() -> JsonlMetrics.read(file))
                    .isInstanceOf(UserException.class)
                    .hasMessage(file + ": line 1 is damaged (expected an epoch and numbers). Mend or remove the line.");
        }
        Files.delete(file);
        assertThatThrownBy(() -> JsonlMetrics.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": is missing. Put it back as the run wrote it.");
    }

    @Test
    public void samplesComeBack() throws IOException {
        Path file = dir.resolve("samples.jsonl");
        Sample sample = new Sample(
                3,
                Sample.Phase.EVALUATION,
                7,
                "a \"cat\"\n\u732b",
                Long.MAX_VALUE,
                new TreeMap<>(Map.of("aesthetic", 0.5, "broken", Double.NaN)));
        try (SamplesLog log = new SamplesLog(file)) {
            log.append(List.of(sample));
        }
        assertThat(Files.readString(file))
                .isEqualTo("{\"epoch\":3,\"phase\":\"evaluation\",\"index\":7,\"prompt\":\"a \\\"cat\\\"\\n\u732b\","
                        + "\"seed\":9223372036854775807,\"rewards\":{\"aesthetic\":0.5,\"broken\":\"NaN\"}}\n");
        assertThat(SamplesLog.read(file)).containsExactly(sample);
    }

    @Test
    public void whatIsNoScoreStandsApartFromTheScores() throws IOException {
        Path file = dir.resolve("samples.jsonl");
        Sample sample = new Sample(
                0,
                Sample.Phase.EVALUATION,
                0,
                "cat",
                1,
                new TreeMap<>(Map.of("aesthetic", 0.5)),
                Optional.of("abc"),
                new TreeMap<>(Map.of("saturation", 0.25, "dark_share", Double.NaN)));
        try (SamplesLog log = new SamplesLog(file)) {
            log.append(List.of(sample));
        }
        assertThat(Files.readString(file))
                .endsWith("\"rewards\":{\"aesthetic\":0.5},\"ruler\":\"abc\","
                        + "\"signs\":{\"dark_share\":\"NaN\",\"saturation\":0.25}}\n");
        assertThat(SamplesLog.read(file)).containsExactly(sample);
        Files.writeString(file, Files.readString(file).replace("{\"dark_share\":\"NaN\",", "[{"));
        assertThatThrownBy(() -> SamplesLog.read(file)).isInstanceOf(UserException.class);
    }

    /** Who compares evaluations has a place for every number below the largest. */
    @Test
    public void samplesAreNotNumberedBeyondHowManyThereAre() throws IOException {
        Path file = dir.resolve("samples.jsonl");
        String line =
                "{\"epoch\":%d,\"phase\":\"evaluation\",\"index\":%d,\"prompt\":\"a\",\"seed\":1,\"rewards\":{}}\n";
        Files.writeString(file, String.format(line, 0, 0) + String.format(line, 1, Integer.MAX_VALUE));
        assertThatThrownBy(() -> SamplesLog.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": is damaged: 2 sample(s) of 2 evaluation(s) cannot be numbered up to 2147483647."
                        + " Remove or mend these lines.");
        for (String numbers : List.of("0,-1", "-1,0")) {
            String[] each = numbers.split(",");
            Files.writeString(file, String.format(line, Integer.valueOf(each[0]), Integer.valueOf(each[1])));
            assertThatThrownBy(() -> SamplesLog.read(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("line 1 is damaged");
        }
    }

    @Test
    public void checksumIsCrc32cMasked() {
        // RFC 3720, B.4: CRC-32C of 32 zeros is 8a9136aa, of "123456789" e3069283.
        assertThat(TfRecordWriter.maskedCrc(new byte[32], 32)).isEqualTo(mask(0x8a9136aa));
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(TfRecordWriter.maskedCrc(digits, digits.length)).isEqualTo(mask(0xe3069283));
    }

    private static int mask(int crc) {
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    @Test
    public void eventFilesHoldScalarsPicturesAndTheMarkOfAResume() throws IOException {
        try (TensorBoardEvents events = TensorBoardEvents.create(dir, InstantSource.system())) {
            events.epoch(1, new TreeMap<>(Map.of("gold/mean", 0.5, "reward/train/mean", Double.NaN)));
            events.image(1, "evaluation", RgbImage.of(2, 1, new byte[6]));
            events.text(0, "config", "    run { seed = 42 }");
            List<Event> read = read(events.file());
            assertThat(read).hasSize(4);
            Summary.Value text = read.get(3).getSummary().getValue(0);
            assertThat(text.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
            assertThat(text.getTensor().getStringVal(0).toStringUtf8()).isEqualTo("    run { seed = 42 }");
            assertThat(read.get(0).getFileVersion()).isEqualTo("brain.Event:2");
            assertThat(read.get(1).getStep()).isEqualTo(1);
            assertThat(read.get(1).getSummary().getValue(0).getTag()).isEqualTo("gold/mean");
            assertThat(read.get(1).getSummary().getValue(0).getSimpleValue()).isEqualTo(0.5f);
            assertThat(read.get(2).getSummary().getValue(0).getImage().getWidth())
                    .isEqualTo(2);
        }
        try (TensorBoardEvents events = TensorBoardEvents.resume(dir, 4, InstantSource.system())) {
            List<Event> read = read(events.file());
            assertThat(read.get(1).getStep()).isEqualTo(5);
            assertThat(read.get(1).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
        }
        try (var files = Files.list(dir)) {
            assertThat(files).hasSize(2);
        }
    }

    /** Reads the frames and checks lengths and checksums. */
    private static List<Event> read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            int at = in.position();
            byte[] data = new byte[(int) in.getLong()];
            byte[] length = new byte[8];
            in.get(at, length);
            assertThat(in.getInt()).isEqualTo(TfRecordWriter.maskedCrc(length, 8));
            in.get(data);
            assertThat(in.getInt()).isEqualTo(TfRecordWriter.maskedCrc(data, data.length));
            events.add(Event.parseFrom(data));
        }
        return events;
    }
}
