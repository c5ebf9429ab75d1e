package org.tempera.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Printable;

/**
 * The door through which the command's text reaches a terminal or a pipe. What others wrote (prompts, names, a server's
 * words) cannot steer it (see {@link Printable}). Ends of lines pass, and a carriage return where a text begins with
 * it, as the line of progress does. The first failure to write is kept, for a {@link java.io.PrintWriter} does not say
 * what it was.
 */
final class PrintableWriter extends Writer {
    private final Writer out;
    private @Nullable IOException failure;

    PrintableWriter(Writer out) {
        this.out = out;
    }

    /** What went wrong with writing, at first. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        write(new String(text, from, length));
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        write(text.substring(from, from + length));
    }

    @Override
    public void write(String text) throws IOException {
        // On Windows a line ends with both.
        String given = text.replace("\r\n", "\n");
        String again = given.startsWith("\r") ? "\r" : "";
        String shown = Printable.lines(given.substring(again.length())).replace("\n", System.lineSeparator());
        try {
            out.write(again + shown);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private IOException failed(IOException e) {
        if (failure == null) {
            failure = e;
        }
        return e;
    }
}
