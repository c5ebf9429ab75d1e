package org.tempera.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import org.tempera.base.text.Secrets;

/** Leaves secrets out of what is written for people. What is written as data has lost them before, value by value. */
final class SecretsWriter extends FilterWriter {
    private final Secrets secrets;

    SecretsWriter(Writer out, Secrets secrets) {
        super(out);
        this.secrets = secrets;
    }

    @Override
    public void write(int c) throws IOException {
        out.write(c);
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
        out.write(secrets.masked(text));
    }
}
