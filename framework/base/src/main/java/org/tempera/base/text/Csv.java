package org.tempera.base.text;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Reads rows of separated values (RFC 4180): a field in double quotes may hold separators, ends of lines, and quotes
 * written twice. A quote within a field that does not begin with one stands for itself.
 */
public final class Csv {
    /** Columns at most; of a field of one byte there is fifty times as much in memory. */
    private static final int MOST_FIELDS = 10_000;

    /** Characters of a field at most. */
    private static final int LONGEST_FIELD = 8 << 20;

    private final Iterator<String> lines;
    private final char separator;
    private final StringBuilder field = new StringBuilder();
    private String text = "";
    private int line;
    private int at;

    /** The rows of these lines. */
    public Csv(Iterable<String> lines, char separator) {
        this.lines = lines.iterator();
        this.separator = separator;
    }

    /**
     * A row.
     *
     * @param line the number, from 1, of the line that it begins in
     */
    public record Row(int line, List<String> fields) {
        /** Whether there is nothing in it, as in the rows that spreadsheets leave at the end. */
        public boolean isBlank() {
            return fields.stream().allMatch(String::isBlank);
        }
    }

    /** Quotes that do not fit together; the message says where. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(int line, String message) {
            super("line " + line + ": " + message);
        }
    }

    /** The next row; those of empty lines are left out. */
    public Optional<Row> next() throws MalformedException {
        while (lines.hasNext()) {
            advance();
            Row row = row();
            if (!row.isBlank()) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    private void advance() {
        text = lines.next();
        line++;
        at = 0;
    }

    private Row row() throws MalformedException {
        int first = line;
        List<String> fields = new ArrayList<>();
        do {
            fields.add(field());
            if (fields.size() > MOST_FIELDS) {
                throw new MalformedException(first, "expected at most " + MOST_FIELDS + " columns, found more");
            }
        } while (at++ < text.length()); // what ends a field within its line is the separator
        return new Row(first, fields);
    }

    /** Reads up to the separator or the end of the row. */
    private String field() throws MalformedException {
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        int end = text.indexOf(separator, at);
        String plain = text.substring(at, end < 0 ? text.length() : end);
        at += plain.length();
        return plain;
    }

    private String quoted() throws MalformedException {
        int opened = line;
        field.setLength(0);
        at++;
        while (true) {
            if (field.length() > LONGEST_FIELD) {
                throw new MalformedException(
                        opened, "a text in double quotes has more than " + LONGEST_FIELD + " characters");
            }
            int quote = text.indexOf('"', at);
            if (quote < 0) {
                field.append(text, at, text.length()).append('\n');
                if (!lines.hasNext()) {
                    throw new MalformedException(opened, "a double quote is opened and never closed");
                }
                advance();
                continue;
            }
            field.append(text, at, quote);
            at = quote + 1;
            if (at < text.length() && text.charAt(at) == '"') {
                field.append('"');
                at++;
                continue;
            }
            if (at < text.length() && text.charAt(at) != separator) {
                throw new MalformedException(
                        line, "'" + text.charAt(at) + "' follows a closing double quote; write a quote within twice");
            }
            return field.toString();
        }
    }
}
