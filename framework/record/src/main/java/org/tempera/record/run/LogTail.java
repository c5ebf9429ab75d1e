package org.tempera.record.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.IoReason;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.UserException;

/**
 * Reads a file of JSON objects, one a line, from its end: what takes the same time however much stands before. Lines
 * that were cut short at the end are passed over.
 */
public final class LogTail implements AutoCloseable {
    /** Bytes of a line at most: a prompt of a file has 100,000 characters at most, and one line has one. */
    public static final int LONGEST = 1 << 22;

    private static final int BLOCK = 1 << 16;

    /** How every line begins; the comma says that the number is whole. */
    private static final Pattern EPOCH = Pattern.compile("\\{\"epoch\":(\\d{1,10}),");

    private static final int HEAD = 32;

    private final Path file;
    private final FileChannel channel;
    private byte[] block = new byte[0];
    /** Where the block begins in the file. */
    private long blockStart;
    /** Where the line that is read next ends, its end of line included. */
    private long end;

    private LogTail(Path file, FileChannel channel, long end) {
        this.file = file;
        this.channel = channel;
        this.end = end;
        this.blockStart = end;
    }

    /**
     * A line.
     *
     * @param start where it begins in the file, in bytes
     * @param text without its end of line
     */
    public record Line(long start, String text) {}

    /**
     * Opens a file after its last whole line.
     *
     * @throws UserException if it is a link or no file, or cannot be read
     */
    public static LogTail open(Path file) {
        return open(file, StandardOpenOption.READ);
    }

    private static LogTail open(Path file, StandardOpenOption... options) {
        OwnFiles.requireFile(file);
        @Nullable FileChannel opened = null;
        try {
            opened = OwnFiles.open(file, options);
            LogTail tail = new LogTail(file, opened, opened.size());
            tail.end = tail.afterLast(tail.end);
            return tail;
        } catch (IOException e) {
            closeQuietly(opened);
            throw cannotRead(file, e);
        } catch (RuntimeException | Error e) {
            closeQuietly(opened);
            throw e;
        }
    }

    /**
     * Whether a file's last line is whole, as where it has none, or there is no file.
     *
     * @throws UserException as {@link #open}
     */
    public static boolean endsWhole(Path file) {
        if (!OwnFiles.exists(file)) {
            return true;
        }
        try (LogTail tail = open(file)) {
            return tail.end == tail.channel.size();
        } catch (IOException e) {
            throw cannotRead(file, e);
        }
    }

    /** Cuts off what was logged after an epoch, and a last line that was cut short; nothing where there is no file. */
    static void rewind(Path file, int epoch) {
        if (!OwnFiles.exists(file)) {
            return;
        }
        try (LogTail tail = open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long keep = tail.end;
            for (Optional<Line> line = tail.previous(); line.isPresent(); line = tail.previous()) {
                if (tail.epochIn(line.get()) <= epoch) {
                    break;
                }
                keep = line.get().start();
            }
            if (keep < tail.channel.size()) {
                tail.channel.truncate(keep);
                tail.channel.force(true);
            }
        } catch (IOException e) {
            throw new UserException(file + ": cannot be written (" + IoReason.of(e) + "). Check its permissions.", e);
        }
    }

    /** The epoch of the last whole line; empty where there is none, or no file. */
    static OptionalLong lastEpoch(Path file) {
        if (!OwnFiles.exists(file)) {
            return OptionalLong.empty();
        }
        try (LogTail tail = open(file)) {
            Optional<Line> last = tail.previous();
            return last.isPresent() ? OptionalLong.of(tail.epochIn(last.get())) : OptionalLong.empty();
        } catch (IOException e) {
            throw cannotRead(file, e);
        }
    }

    /** The epoch of a last line that was cut short; empty where there is none, or it was cut before it says. */
    static OptionalLong cutEpoch(Path file) {
        if (!OwnFiles.exists(file)) {
            return OptionalLong.empty();
        }
        try (LogTail tail = open(file)) {
            long cut = Math.min(tail.channel.size() - tail.end, HEAD);
            Matcher epoch = EPOCH.matcher(tail.text(tail.end, tail.end + cut));
            return epoch.lookingAt() ? OptionalLong.of(Long.parseLong(epoch.group(1))) : OptionalLong.empty();
        } catch (IOException e) {
            throw cannotRead(file, e);
        }
    }

    /** The line before the one that was read last; empty at the beginning. */
    public Optional<Line> previous() {
        if (end == 0) {
            return Optional.empty();
        }
        try {
            long start = afterLast(end - 1);
            String text = text(start, end - 1);
            end = start;
            return Optional.of(new Line(start, text));
        } catch (IOException e) {
            throw cannotRead(file, e);
        }
    }

    /** Where the last line that ends before {@code limit} ends; 0 if there is none. */
    private long afterLast(long limit) throws IOException {
        for (long at = limit - 1; at >= 0; at--) {
            if (at < blockStart || at >= blockStart + block.length) {
                load(at);
            }
            if (block[(int) (at - blockStart)] == '\n') {
                return at + 1;
            }
        }
        return 0;
    }

    /** The block that ends with a byte. */
    private void load(long last) throws IOException {
        blockStart = Math.max(0, last + 1 - BLOCK);
        block = read(blockStart, (int) (last + 1 - blockStart));
    }

    private String text(long from, long to) throws IOException {
        if (to - from > LONGEST) {
            throw new UserException(
                    file + ": is damaged: a line has " + (to - from) + " bytes, more than a run writes.");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (long at = from; at < to; at += BLOCK) {
            bytes.writeBytes(read(at, (int) Math.min(BLOCK, to - at)));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private byte[] read(long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return bytes.array();
    }

    private long epochIn(Line line) throws IOException {
        String problem = "no \"epoch\"";
        try {
            if (PlainJson.readObject(line.text()).get("epoch") instanceof Long epoch) {
                return epoch;
            }
        } catch (PlainJson.MalformedException e) {
            problem = e.getMessage();
        }
        throw new UserException(file + ": line " + numberOf(line) + " is damaged (" + problem
                + "). Remove or mend the line, or move the file away, then resume again.");
    }

    private long numberOf(Line line) throws IOException {
        long number = 1;
        for (long at = 0; at < line.start(); at += BLOCK) {
            for (byte b : read(at, (int) Math.min(BLOCK, line.start() - at))) {
                number += b == '\n' ? 1 : 0;
            }
        }
        return number;
    }

    private static UserException cannotRead(Path file, IOException e) {
        return new UserException(file + ": cannot be read (" + IoReason.of(e) + ").", e);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The failure that led here matters more.
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
