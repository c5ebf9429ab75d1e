package org.tempera.record.page;

import java.util.List;
import org.tempera.record.html.Markup;

/**
 * Sentences for people, each a paragraph of its own.
 *
 * @param sentences what is said
 */
record Notes(List<String> sentences) implements Block {
    Notes {
        sentences = List.copyOf(sentences);
    }

    @Override
    public boolean isEmpty() {
        return sentences.isEmpty();
    }

    @Override
    public void write(Markup out) {
        sentences.forEach(s -> out.element("p", s, "class", "note"));
    }
}
