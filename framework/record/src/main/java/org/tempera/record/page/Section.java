package org.tempera.record.page;

import java.util.List;
import org.tempera.record.html.Markup;

/**
 * A part of a page, under a heading.
 *
 * @param id what links lead to
 * @param title for people
 * @param about what is seen here and how to read it, for people
 * @param blocks those that are empty are left out
 */
record Section(String id, String title, String about, List<Block> blocks) {
    Section {
        blocks = blocks.stream().filter(b -> !b.isEmpty()).toList();
    }

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    void write(Markup out) {
        out.open("section", "id", id, "aria-labelledby", id + "-title").element("h2", title, "id", id + "-title");
        if (!about.isEmpty()) {
            out.element("p", about, "class", "about");
        }
        blocks.forEach(b -> b.write(out));
        out.close();
    }
}
