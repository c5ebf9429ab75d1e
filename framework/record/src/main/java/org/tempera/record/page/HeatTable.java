package org.tempera.record.page;

import java.util.List;
import org.tempera.record.html.Markup;

/**
 * A table of signed numbers whose cells are tinted by how far they lie from 0; the numbers say the same without colour.
 *
 * @param caption what it holds
 * @param corner heading of the rows' names
 * @param columns headings
 * @param rows the numbers
 */
record HeatTable(String caption, String corner, List<String> columns, List<Row> rows) implements Block {
    /** So many tints there are on either side of 0. */
    private static final int TINTS = 5;

    /** One row. */
    record Row(String name, List<Cell> cells) {
        Row {
            cells = List.copyOf(cells);
        }
    }

    /**
     * A number.
     *
     * @param value NaN where there is none
     * @param text what is read, such as {@code +0.41 [+0.38, +0.44]}
     */
    record Cell(double value, String text) {}

    HeatTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    @Override
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public void write(Markup out) {
        double largest = rows.stream()
                .flatMap(r -> r.cells().stream())
                .mapToDouble(c -> Math.abs(c.value()))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        out.element("p", caption, "class", "caption");
        out.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption)
                .open("table", "class", "heat")
                .open("thead")
                .open("tr")
                .element("th", corner, "scope", "col");
        columns.forEach(c -> out.element("th", c, "scope", "col"));
        out.close().close().open("tbody");
        for (Row row : rows) {
            out.open("tr").element("th", row.name(), "scope", "row");
            row.cells().forEach(c -> out.element("td", c.text(), "class", tint(c.value(), largest)));
            out.close();
        }
        out.close().close().close();
    }

    /** Name of the tint of a number; none where there is no number or it is far from the largest. */
    static String tint(double value, double largest) {
        if (!Double.isFinite(value) || largest <= 0) {
            return "";
        }
        // By the root: one large number would leave the others pale.
        long tint = Math.round(TINTS * Math.signum(value) * Math.sqrt(Math.abs(value) / largest));
        return tint == 0 ? "" : (tint > 0 ? "more" : "less") + Math.abs(tint);
    }
}
