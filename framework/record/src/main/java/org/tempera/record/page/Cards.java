package org.tempera.record.page;

import java.util.List;
import org.tempera.base.text.Words;
import org.tempera.record.html.Markup;

/**
 * Verdicts in words.
 *
 * @param cards in the order in which they are read
 */
record Cards(List<Card> cards) implements Block {
    /** What a verdict comes to, which its colour and its heading say. */
    enum Tone {
        YES,
        NO,
        UNKNOWN
    }

    /**
     * One verdict.
     *
     * @param title the answer, and of whom
     * @param text what was found
     * @param points what else is to be known or to be done, a sentence each
     */
    record Card(Tone tone, String title, String text, List<String> points) {
        Card {
            points = List.copyOf(points);
        }
    }

    Cards {
        cards = List.copyOf(cards);
    }

    @Override
    public boolean isEmpty() {
        return cards.isEmpty();
    }

    @Override
    public void write(Markup out) {
        out.open("div", "class", "cards");
        for (Card card : cards) {
            out.open("div", "class", "verdict " + Words.of(card.tone()))
                    .element("h3", card.title())
                    .element("p", card.text());
            if (!card.points().isEmpty()) {
                out.open("ul");
                card.points().forEach(p -> out.element("li", p));
                out.close();
            }
            out.close();
        }
        out.close();
    }
}
