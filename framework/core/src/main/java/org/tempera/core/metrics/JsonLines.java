package org.tempera.core.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.core.json.PlainJson;
import org.tempera.spi.UserException;

/** A file of JSON objects, one a line, that only grows. */
final class JsonLines implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    /** Opens the file at its end; makes it where there is none. */
    JsonLines(Path file) {
        this.file = file;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /** Appends the lines and forces them to the disk. */
    void append(List<Map<String, Object>> lines) {
        StringBuilder text = new StringBuilder();
        for (Map<String, Object> line : lines) {
            text.append(PlainJson.line(line)).append('\n');
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    static UserException cannotWrite(Path file, IOException e) {
        return new UserException(
                file + ": cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                        + "). Check free space and permissions; the last checkpoint is intact, and the run can be resumed"
                        + " from it.",
                e);
    }

    /** A line: its number from 1, and its object. */
    record Line(int number, Map<String, Object> fields) {}

    /** Every whole line; one that was cut short at the end is left out. */
    static List<Line> read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UserException(
                    file + ": cannot be read (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ").", e);
        }
        List<Line> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            int number = lines.size() + 1;
            try {
                lines.add(new Line(number, PlainJson.readObject(text.substring(start, end))));
            } catch (PlainJson.MalformedException e) {
                throw damaged(file, number, String.valueOf(e.getMessage()), e);
            }
            start = end + 1;
        }
        return lines;
    }

    static UserException damaged(Path file, int line, String problem, Throwable cause) {
        return new UserException(file + ": line " + line + " is damaged (" + problem + ").", cause);
    }

    /** A number, or its name where JSON has none for it. */
    static Object encode(double x) {
        return Double.isFinite(x) ? (Object) x : Double.toString(x);
    }

    /** What {@link #encode} wrote. */
    static double decode(Object plain) {
        if (plain instanceof Number n) {
            return n.doubleValue();
        }
        return Double.parseDouble((String) plain);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }
}
