package org.tempera.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * What stands in the place of {@link System#err}: the log, libraries and plugins, which print where they like, go through the command's own
 * door, line by line. So they tell no secrets, and cannot steer the terminal.
 */
final class LibrariesError extends OutputStream {
    private final Writer shown;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private LibrariesError(Writer shown) {
        this.shown = shown;
    }

    /** A stream that takes UTF-8. @param shown leaves out what must not be shown */
    static PrintStream to(Writer shown) {
        return new PrintStream(new LibrariesError(shown), true, StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void write(int b) throws IOException {
        line.write(b);
        if (b == '\n') {
            print();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    /** Lines are written when they end; before only those that are long already. */
    @Override
    public synchronized void close() throws IOException {
        print();
    }

    private void print() throws IOException {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        // A carriage return at the beginning is the command's own, which writes its line of progress again.
        String plain = text.replace("\r\n", "\n");
        shown.write(plain.startsWith("\r") ? "\\u000d" + plain.substring(1) : plain);
        shown.flush();
    }
}
