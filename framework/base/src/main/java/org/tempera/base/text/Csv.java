package org.tempera.base.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads rows of separated values (RFC 4180): a field in double quotes may hold separators, ends of lines, and quotes
 * written twice. A quote within a field that does not begin with one stands for itself.
 */
public final class Csv {
    private final List<String> lines;
    private final char separator;
    private final StringBuilder field = new StringBuilder();
    private int line;
    private int at;

    private Csv(List<String> lines, char separator) {
        this.lines = lines;
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

    /** All rows, those of empty lines left out. */
    public static List<Row> rows(List<String> lines, char separator) throws MalformedException {
        Csv csv = new Csv(lines, separator);
        List<Row> rows = new ArrayList<>();
        while (csv.line < lines.size()) {
            Row row = csv.row();
            if (!row.isBlank()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private Row row() throws MalformedException {
        int first = line + 1;
        List<String> fields = new ArrayList<>();
        at = 0;
        do {
            fields.add(field());
        } while (at++ < lines.get(line).length()); // what ends a field within its line is the separator
        line++;
        return new Row(first, fields);
    }

    /** Reads up to the separator or the end of the row. */
    private String field() throws MalformedException {
        String text = lines.get(line);
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        int end = text.indexOf(separator, at);
        String plain = text.substring(at, end < 0 ? text.length() : end);
        at += plain.length();
        return plain;
    }

    private String quoted() throws MalformedException {
        int opened = line + 1;
        field.setLength(0);
        at++;
        while (true) {
            String text = lines.get(line);
            int quote = text.indexOf('"', at);
            if (quote < 0) {
                field.append(text, at, text.length()).append('\n');
                at = 0;
                line++;
                if (line == lines.size()) {
                    throw new MalformedException(opened, "a double quote is opened and never closed");
                }
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
                        line + 1,
                        "'" + text.charAt(at) + "' follows a closing double quote; write a quote within twice");
            }
            return field.toString();
        }
    }
}
