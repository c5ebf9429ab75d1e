package org.tempera.record.page;

import java.util.List;
import org.tempera.record.html.Markup;

/**
 * Charts beside each other, as many in a row as there is room for. Those of one quantity share a {@link SharedScale}.
 *
 * @param title above them; may be empty
 * @param charts those that are empty are left out
 */
record Plots(String title, List<Chart> charts) implements Block {
    Plots {
        charts = SharedScale.of(charts.stream().filter(c -> !c.isEmpty()).toList());
    }

    @Override
    public boolean isEmpty() {
        return charts.isEmpty();
    }

    @Override
    public void write(Markup out) {
        if (!title.isEmpty()) {
            out.element("h3", title);
        }
        out.open("div", "class", "plots");
        charts.forEach(c -> c.write(out));
        out.close();
    }
}
