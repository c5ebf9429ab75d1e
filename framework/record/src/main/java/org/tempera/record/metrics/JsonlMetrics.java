package org.tempera.record.metrics;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tempera.base.json.PlainJson;
import org.tempera.record.run.LogTail;
import org.tempera.record.run.OwnFiles;
import org.tempera.spi.UserException;

/**
 * Writes the numbers of each epoch as one line of JSON: {@code {"epoch":3,MetricNames.GOLD:0.41,...}}, names sorted.
 *
 * <p>NaN and infinities are the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}, as in protobuf's
 * JSON.
 */
public final class JsonlMetrics implements MetricSink {
    private static final String EPOCH = "epoch";

    private final JsonLines lines;

    /**
     * A number, and how long ago it was measured.
     *
     * @param epoch epochs that were complete then
     */
    public record Latest(int epoch, double value) {}

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
        return read(file, Integer.MAX_VALUE);
    }

    /**
     * Reads such a file, but keeps no more than so many rows, evenly and with the last, however many there are.
     *
     * @param most at least 2
     * @throws org.tempera.spi.UserException if it cannot be read or a line is damaged
     */
    public static List<MetricRow> read(Path file, int most) {
        Thinned<MetricRow> rows = new Thinned<>(most);
        forEach(file, rows::add);
        return rows.kept();
    }

    /**
     * Reads such a file row by row, in memory for one.
     *
     * @throws org.tempera.spi.UserException if it cannot be read or a line is damaged
     */
    public static void forEach(Path file, Consumer<MetricRow> reader) {
        JsonLines.read(file, line -> {
            reader.accept(row(file, line));
            return true;
        });
    }

    /**
     * The number of the latest epoch that has one of this name; what stands before it is not read.
     *
     * @throws org.tempera.spi.UserException if the file cannot be read or a line is damaged
     */
    public static Optional<Latest> latest(Path file, String name) {
        if (!OwnFiles.exists(file)) {
            return Optional.empty();
        }
        try (LogTail tail = LogTail.open(file)) {
            for (Optional<LogTail.Line> line = tail.previous(); line.isPresent(); line = tail.previous()) {
                Map<String, Object> fields = PlainJson.readObject(line.get().text());
                Object value = fields.get(name);
                if (value != null) {
                    return Optional.of(new Latest(epoch(fields), JsonLines.decode(value)));
                }
            }
        } catch (PlainJson.MalformedException | RuntimeException e) {
            throw new UserException(file + ": a line is damaged (" + e.getMessage() + "). Mend or remove the line.", e);
        }
        return Optional.empty();
    }

    private static MetricRow row(Path file, JsonLines.Line line) {
        SortedMap<String, Double> values = new TreeMap<>();
        try {
            line.fields().forEach((name, x) -> values.put(name, JsonLines.decode(x)));
            values.remove(EPOCH);
            return new MetricRow(epoch(line.fields()), values);
        } catch (RuntimeException e) {
            throw JsonLines.damaged(file, line.number(), "expected an epoch and numbers", e);
        }
    }

    private static int epoch(Map<String, Object> fields) {
        int epoch = Math.toIntExact((Long) Objects.requireNonNull(fields.get(EPOCH), EPOCH));
        if (epoch < 0) {
            throw new IllegalArgumentException(EPOCH + " is " + epoch);
        }
        return epoch;
    }

    @Override
    public void close() {
        lines.close();
    }
}
