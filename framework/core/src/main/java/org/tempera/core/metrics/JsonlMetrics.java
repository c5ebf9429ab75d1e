package org.tempera.core.metrics;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the numbers of each epoch as one line of JSON: {@code {"epoch":3,"gold/mean":0.41,...}}, names sorted.
 *
 * <p>NaN and infinities are the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}, as in protobuf's JSON.
 */
public final class JsonlMetrics implements MetricSink {
    private static final String EPOCH = "epoch";

    private final JsonLines lines;

    /** Opens the file at its end; makes it where there is none. */
    public JsonlMetrics(Path file) {
        lines = new JsonLines(file);
    }

    @Override
    public void epoch(int epoch, SortedMap<String, Double> values) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(EPOCH, epoch);
        new TreeMap<>(values).forEach((name, x) -> line.put(name, JsonLines.encode(x)));
        lines.append(List.of(line));
    }

    /**
     * Reads such a file; a last line that was cut short is left out.
     *
     * @throws org.tempera.spi.UserException if it cannot be read or a line is damaged
     */
    public static List<MetricRow> read(Path file) {
        List<MetricRow> rows = new ArrayList<>();
        for (JsonLines.Line line : JsonLines.read(file)) {
            SortedMap<String, Double> values = new TreeMap<>();
            try {
                line.fields().forEach((name, x) -> values.put(name, JsonLines.decode(x)));
                double epoch = Objects.requireNonNull(values.remove(EPOCH), EPOCH);
                rows.add(new MetricRow((int) epoch, values));
            } catch (RuntimeException e) {
                throw JsonLines.damaged(file, line.number(), "expected an epoch and numbers", e);
            }
        }
        return rows;
    }

    @Override
    public void close() {
        lines.close();
    }
}
