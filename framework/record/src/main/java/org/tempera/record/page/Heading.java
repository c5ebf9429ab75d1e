package org.tempera.record.page;

import org.tempera.record.html.Markup;

/**
 * A heading inside a section.
 *
 * @param text what follows
 */
record Heading(String text) implements Block {
    @Override
    public boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public void write(Markup out) {
        out.element("h3", text, "class", "part");
    }
}
