package org.tempera.record.page;

import java.util.List;
import org.tempera.record.html.Markup;
import org.tempera.record.verdict.Estimate;

/**
 * A table; with the page's script, a click on a heading sorts it.
 *
 * @param caption what it holds
 * @param columns headings
 * @param rows each of as many cells, the first of which names it
 */
record Table(String caption, List<String> columns, List<List<Cell>> rows) implements Block {
    /**
     * A cell.
     *
     * @param text what is read
     * @param value what it is sorted by; NaN sorts by the text
     */
    record Cell(String text, double value) {
        static Cell of(String text) {
            return new Cell(text, Double.NaN);
        }

        static Cell of(double value) {
            return new Cell(Double.isFinite(value) ? Estimate.number(value) : "not known", value);
        }
    }

    Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<Cell> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        caption + ": expected " + columns.size() + " cells in a row, found " + row.size());
            }
        }
    }

    @Override
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public void write(Markup out) {
        out.element("p", caption, "class", "caption");
        out.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption)
                .open("table", "class", "sortable")
                .open("thead")
                .open("tr");
        columns.forEach(c -> out.element("th", c, "scope", "col"));
        out.close().close().open("tbody");
        for (List<Cell> row : rows) {
            out.open("tr");
            for (int i = 0; i < row.size(); i++) {
                Cell cell = row.get(i);
                String value = Double.isFinite(cell.value()) ? Double.toString(cell.value()) : "";
                if (i == 0) {
                    out.element("th", cell.text(), "scope", "row", "data-v", value);
                } else {
                    out.element("td", cell.text(), "data-v", value);
                }
            }
            out.close();
        }
        out.close().close().close();
    }
}
