package org.tempera.cli;

import java.io.PrintWriter;
import java.util.List;
import org.tempera.base.text.Printable;

/** Rows of text in aligned columns. A cell is one line, whatever is in it. */
final class TextTable {
    private TextTable() {}

    static void print(List<List<String>> cells, PrintWriter out) {
        List<List<String>> rows = cells.stream()
                .map(row -> row.stream().map(Printable::line).toList())
                .toList();
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                if (i < row.size() - 1) {
                    line.append(" ".repeat(widths[i] - row.get(i).length() + 2));
                }
            }
            out.println(line);
        }
    }
}
