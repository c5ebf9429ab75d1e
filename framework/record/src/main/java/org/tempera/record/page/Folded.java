package org.tempera.record.page;

import java.util.List;
import org.tempera.record.html.Markup;

/**
 * What is shown when it is asked for.
 *
 * @param title what one clicks on
 * @param blocks those that are empty are left out
 */
record Folded(String title, List<Block> blocks) implements Block {
    Folded {
        blocks = blocks.stream().filter(b -> !b.isEmpty()).toList();
    }

    @Override
    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    @Override
    public void write(Markup out) {
        out.open("details").element("summary", title);
        blocks.forEach(b -> b.write(out));
        out.close();
    }
}
