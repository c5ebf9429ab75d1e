package org.tempera.record.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.record.run.LogTail;
import org.tempera.record.run.RunFolder;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Logs of runs that are long: what is done at a resume does not depend on what was logged before. */
public class LongLogsTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    @Test
    public void rewindingReadsTheEndAlone() throws IOException {
        try (RunFolder run = RunFolder.create(folder)) {
            int epochs = 20_000;
            // A damaged line far before the end would be found by whoever reads it.
            long kept = write(run.samples(), "damaged\n", epochs, 10);
            run.rewindTo(epochs - 2);
            assertThat(Files.size(run.samples())).isEqualTo(kept);
            try (LogTail tail = LogTail.open(run.samples())) {
                assertThat(tail.previous().orElseThrow().text()).contains("\"epoch\":" + (epochs - 2));
            }
            run.rewindTo(epochs - 2);
            assertThat(Files.size(run.samples())).isEqualTo(kept);
        }
    }

    @Test
    public void rewindsToNothingAndToAll() throws IOException {
        try (RunFolder run = RunFolder.create(folder)) {
            write(run.metrics(), "", 3, 1);
            long all = Files.size(run.metrics());
            run.rewindTo(3);
            assertThat(Files.size(run.metrics())).isEqualTo(all);
            Files.writeString(run.metrics(), "{\"epo", java.nio.file.StandardOpenOption.APPEND);
            run.rewindTo(3);
            assertThat(Files.size(run.metrics())).isEqualTo(all);
            run.rewindTo(0);
            assertThat(run.metrics()).isEmptyFile();
            run.rewindTo(0);
            Files.writeString(run.metrics(), "{\"epo");
            run.rewindTo(0);
            assertThat(run.metrics()).isEmptyFile();
        }
    }

    @Test
    public void linesLongerThanABlockAreRead() throws IOException {
        Path log = folder.resolve("log.jsonl");
        String prompt = "x".repeat(200_000);
        Files.writeString(log, line(1, prompt) + line(2, prompt) + line(3, ""));
        try (LogTail tail = LogTail.open(log)) {
            assertThat(tail.previous().orElseThrow().text() + "\n").isEqualTo(line(3, ""));
            assertThat(tail.previous().orElseThrow().text() + "\n").isEqualTo(line(2, prompt));
            assertThat(tail.previous().orElseThrow().text() + "\n").isEqualTo(line(1, prompt));
            assertThat(tail.previous()).isEmpty();
        }
    }

    @Test
    public void keepsSomeRowsEvenlyAndTheLast() throws IOException {
        Path metrics = folder.resolve("metrics.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(metrics)) {
            for (int epoch = 0; epoch < 1_000; epoch++) {
                out.write("{\"epoch\":" + epoch + ",\"a\":1.0}\n");
            }
        }
        assertThat(JsonlMetrics.read(metrics)).hasSize(1_000);
        List<Integer> kept =
                JsonlMetrics.read(metrics, 100).stream().map(MetricRow::epoch).toList();
        assertThat(kept).hasSizeBetween(50, 100).startsWith(0, 16, 32).endsWith(999);
        assertThat(JsonlMetrics.latest(metrics, "a")).hasValue(new JsonlMetrics.Latest(999, 1));
        assertThat(JsonlMetrics.latest(metrics, "b")).isEmpty();
    }

    private static String line(int epoch, String prompt) {
        return "{\"epoch\":" + epoch + ",\"prompt\":\"" + prompt + "\"}\n";
    }

    /** Gives the size up to the last epoch but one. */
    private static long write(Path file, String first, int epochs, int samples) throws IOException {
        long kept = 0;
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(first);
            kept += first.length();
            for (int epoch = 1; epoch <= epochs; epoch++) {
                for (int i = 0; i < samples; i++) {
                    String line = line(epoch, "sample " + i);
                    out.write(line);
                    kept += epoch <= epochs - 2 ? line.length() : 0;
                }
            }
        }
        return kept;
    }
}
