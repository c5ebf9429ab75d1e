package org.tempera.record.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.tempera.base.files.IoReason;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.Utf8;
import org.tempera.record.run.LogTail;
import org.tempera.record.run.OwnFiles;
import org.tempera.spi.UserException;

/** A file of JSON objects, one a line, that only grows. */
final class JsonLines implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final FileChannel channel;

    /** Opens the file at its end; makes it where there is none. */
    JsonLines(Path file) {
        this.file = file;
        try {
            channel = OwnFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /**
     * Appends the lines and forces them to the disk.
     *
     * @throws UserException if they cannot be written, or the file is no longer there, where nobody would find them
     */
    void append(List<Map<String, Object>> lines) {
        if (!OwnFiles.exists(file)) {
            throw new UserException(file + ": is gone: it was moved or deleted while the run went on. Put it back, and"
                    + " resume the run; without it the run goes on, and what was logged before is lost.");
        }
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
                file + ": cannot be written (" + IoReason.of(e) + "). " + IoReason.adviceOnWriting(e), e);
    }

    /** A line: its number from 1, and its object. */
    record Line(int number, Map<String, Object> fields) {}

    /** What is done with a line. */
    interface Reader {
        /** Takes a line, and says whether it wants the next one. */
        boolean take(Line line);
    }

    /**
     * Reads whole lines, one after the other, in memory for one; a line that was cut short at the end is left out.
     *
     * @throws UserException if the file is a link or cannot be read, or a line is damaged
     */
    static void read(Path file, Reader reader) {
        OwnFiles.requireFile(file);
        try (InputStream in = Channels.newInputStream(OwnFiles.open(file, StandardOpenOption.READ))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] block = new byte[BUFFER];
            int number = 1;
            for (int size = in.read(block); size >= 0; size = in.read(block)) {
                int from = 0;
                for (int at = 0; at < size; at++) {
                    if (block[at] == '\n') {
                        append(file, number, line, block, from, at);
                        if (!reader.take(line(file, number++, line.toByteArray()))) {
                            return;
                        }
                        line.reset();
                        from = at + 1;
                    }
                }
                append(file, number, line, block, from, size);
            }
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": is missing. Put it back as the run wrote it.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
    }

    private static void append(Path file, int number, ByteArrayOutputStream line, byte[] block, int from, int to) {
        line.write(block, from, to - from);
        if (line.size() > LogTail.LONGEST) {
            throw damaged(file, number, "it is longer than what a run writes");
        }
    }

    private static Line line(Path file, int number, byte[] bytes) {
        try {
            return new Line(number, PlainJson.readObject(Utf8.strict(bytes)));
        } catch (CharacterCodingException e) {
            throw damaged(file, number, "it is not UTF-8", e);
        } catch (PlainJson.MalformedException e) {
            throw damaged(file, number, String.valueOf(e.getMessage()), e);
        }
    }

    static UserException damaged(Path file, int line, String problem) {
        return new UserException(file + ": line " + line + " is damaged (" + problem + "). Mend or remove the line.");
    }

    static UserException damaged(Path file, int line, String problem, Throwable cause) {
        UserException damaged = damaged(file, line, problem);
        damaged.initCause(cause);
        return damaged;
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
