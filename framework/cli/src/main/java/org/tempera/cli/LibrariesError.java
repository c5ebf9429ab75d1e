package org.tempera.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * What stands in the place of {@link System#err} and {@link System#out}: the log, libraries and plugins, which print
 * where they like, go through the command's own door, line by line. So they tell no secrets, and cannot steer the
 * terminal. A line of more than {@link #LONGEST} bytes is written in pieces that end with a word, so that no word of a
 * secret is cut in two; only one that fills a piece is.
 */
final class LibrariesError extends OutputStream {
    /** Bytes of a line that are held at most. */
    static final int LONGEST = 1 << 16;

    private final Writer shown;
    private final PrintStream stream = new PrintStream(this, true, StandardCharsets.UTF_8);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Nothing is held yet. @param shown leaves out what must not be shown */
    LibrariesError(Writer shown) {
        this.shown = shown;
    }

    /** The stream that takes the place of {@link System#err}; it takes UTF-8. */
    PrintStream stream() {
        return stream;
    }

    @Override
    public synchronized void write(int b) throws IOException {
        line.write(b);
        if (b == '\n') {
            finish();
        } else if (line.size() >= LONGEST) {
            printPiece();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    /**
     * Writes what is held of a line that has not ended: nothing more is to come. Not at {@link #flush}, which comes
     * with every word.
     */
    synchronized void finish() throws IOException {
        byte[] held = line.toByteArray();
        line.reset();
        print(held, held.length);
    }

    @Override
    public synchronized void close() throws IOException {
        finish();
    }

    private void printPiece() throws IOException {
        byte[] held = line.toByteArray();
        int end = end(held);
        line.reset();
        line.write(held, end, held.length - end);
        print(held, end);
    }

    /** Where a piece may end: behind its last space, else before its last character, of which a part may be missing. */
    private static int end(byte[] held) {
        for (int i = held.length; i > 0; i--) {
            if (held[i - 1] == ' ' || held[i - 1] == '\t') {
                return i;
            }
        }
        int last = held.length - 1;
        while (last > held.length - 4 && (held[last] & 0xC0) == 0x80) {
            last--;
        }
        return last;
    }

    private void print(byte[] held, int length) throws IOException {
        if (length == 0) {
            return;
        }
        String text = new String(held, 0, length, StandardCharsets.UTF_8);
        // A carriage return at the beginning is the command's own, which writes its line of progress again.
        String plain = text.replace("\r\n", "\n");
        shown.write(plain.startsWith("\r") ? "\\u000d" + plain.substring(1) : plain);
        shown.flush();
    }
}
