package org.tempera.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
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
    static boolean looksLike(List<String> lines) {
        Optional<String> first = lines.stream().filter(l -> !l.isBlank()).findFirst();
        return first.isPresent()
                && SEPARATORS.stream()
                        .map(s -> header(first.get(), s))
                        .anyMatch(names -> column(names) >= 0
                                && names.stream().allMatch(n -> NAME.matcher(n).matches()));
    }

    static List<String> read(Path file, List<String> lines) {
        String first = lines.stream().filter(l -> !l.isBlank()).findFirst().orElse("");
        char separator = SEPARATORS.stream()
                .filter(s -> column(header(first, s)) >= 0)
                .findFirst()
                .orElseThrow(() -> new UserException(file + ": expected a header with the column '" + COLUMN
                        + "' in its first line, found: "
                        + first.substring(0, Math.min(80, first.length()))
                        + ". Add a header or rename the column; a file with one prompt a line ends with .txt."));
        List<Csv.Row> rows;
        try {
            rows = Csv.rows(lines, separator);
        } catch (Csv.MalformedException e) {
            throw new UserException(file + ": " + e.getMessage() + ".", e);
        }
        List<String> names = names(rows.get(0));
        int column = column(names);
        if (names.lastIndexOf(names.get(column)) != column) {
            throw new UserException(file + ": its header names the column '" + names.get(column)
                    + "' twice, so that it cannot be told which is meant. Rename one.");
        }
        if (rows.size() == 1) {
            throw new UserException(file + ": holds a header and no prompt. Write a row for each prompt below it.");
        }
        List<String> prompts = new ArrayList<>();
        for (Csv.Row row : rows.subList(1, rows.size())) {
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
        return prompts;
    }

    /** The names in a header line; none where it cannot be read with this separator. */
    private static List<String> header(String line, char separator) {
        try {
            List<Csv.Row> rows = Csv.rows(List.of(line), separator);
            return rows.isEmpty() ? List.of() : names(rows.get(0));
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
