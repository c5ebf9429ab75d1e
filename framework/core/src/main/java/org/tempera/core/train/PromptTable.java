package org.tempera.core.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tempera.base.text.Csv;
import org.tempera.spi.UserException;

/** The column {@code prompt} of separated values with a header: by commas, semicolons or tabs, as the header has it. */
final class PromptTable {
    static final String COLUMN = "prompt";

    private static final List<Character> SEPARATORS = List.of(',', ';', '\t');
    private static final Pattern NAME = Pattern.compile("[\\w.-]+");
    private static final int NAMES_SHOWN = 10;

    private PromptTable() {}

    /** Whether the first line is a header with the column: prose is none, as its parts are more than one word. */
    static boolean looksLike(Iterable<String> lines) {
        Optional<String> first = first(lines);
        return first.isPresent()
                && SEPARATORS.stream()
                        .map(s -> header(first.get(), s))
                        .anyMatch(names -> column(names) >= 0
                                && names.stream().allMatch(n -> NAME.matcher(n).matches()));
    }

    private static Optional<String> first(Iterable<String> lines) {
        for (String line : lines) {
            if (!line.isBlank()) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    static List<String> read(Path file, Iterable<String> lines, int most) {
        String first = first(lines).orElse("");
        char separator = SEPARATORS.stream()
                .filter(s -> column(header(first, s)) >= 0)
                .findFirst()
                .orElseThrow(() -> new UserException(file + ": expected a header with the column '" + COLUMN
                        + "' in its first line, found: "
                        + first.substring(0, Math.min(80, first.length()))
                        + ". Add a header or rename the column; a file with one prompt a line ends with .txt."));
        try {
            return read(file, new Csv(lines, separator), new PromptList(file, most));
        } catch (Csv.MalformedException e) {
            throw new UserException(file + ": " + e.getMessage() + ".", e);
        }
    }

    private static List<String> read(Path file, Csv rows, PromptList prompts) throws Csv.MalformedException {
        List<String> names = names(rows.next().orElseThrow());
        int column = column(names);
        if (names.lastIndexOf(names.get(column)) != column) {
            throw new UserException(file + ": its header names the column '" + names.get(column)
                    + "' twice, so that it cannot be told which is meant. Rename one.");
        }
        for (Optional<Csv.Row> next = rows.next(); next.isPresent(); next = rows.next()) {
            Csv.Row row = next.get();
            if (row.fields().size() != names.size()) {
                throw new UserException(file + ": line " + row.line() + ": expected the header's " + names.size()
                        + " columns (" + shown(names) + "), found "
                        + row.fields().size()
                        + ". Put a text with separators in it between double quotes.");
            }
            String prompt = row.fields().get(column).strip();
            if (prompt.isEmpty()) {
                throw new UserException(file + ": line " + row.line() + ": its " + COLUMN
                        + " is empty. Fill it in, or remove the line.");
            }
            prompts.add(prompt);
        }
        if (prompts.isEmpty()) {
            throw new UserException(file + ": holds a header and no prompt. Write a row for each prompt below it.");
        }
        return prompts.list();
    }

    /** The names in a header line; none where it cannot be read with this separator. */
    private static List<String> header(String line, char separator) {
        try {
            return new Csv(List.of(line), separator)
                    .next()
                    .map(PromptTable::names)
                    .orElse(List.of());
        } catch (Csv.MalformedException e) {
            return List.of();
        }
    }

    private static List<String> names(Csv.Row header) {
        return header.fields().stream().map(String::strip).toList();
    }

    /** The index of the column, of that very name where there is one, else in other case; -1 if there is none. */
    private static int column(List<String> names) {
        int exact = names.indexOf(COLUMN);
        for (int i = 0; exact < 0 && i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(COLUMN)) {
                return i;
            }
        }
        return exact;
    }

    static String shown(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())))
                + (names.size() > NAMES_SHOWN ? ", ..." : "");
    }
}
