package org.tempera.record.html;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes elements of HTML and SVG, as well-formed XML. Texts and attributes are escaped here, so that no caller can
 * forget it.
 */
public final class Markup {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Begins an element.
     *
     * @param attributes names and values by turns; one whose value is empty is left out, as what does not apply
     */
    public Markup open(String tag, String... attributes) {
        begin(tag, attributes);
        out.append('>');
        open.push(tag);
        return this;
    }

    /** An element without contents, such as {@code br}. */
    public Markup empty(String tag, String... attributes) {
        begin(tag, attributes);
        out.append("/>");
        return this;
    }

    /** An element that holds a text alone. */
    public Markup element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    private void begin(String tag, String... attributes) {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("'" + tag + "': expected a value for each attribute");
        }
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            if (!attributes[i + 1].isEmpty()) {
                out.append(' ')
                        .append(attributes[i])
                        .append("=\"")
                        .append(Html.escape(attributes[i + 1]))
                        .append('"');
            }
        }
    }

    /** Text inside the element that is open. */
    public Markup text(String text) {
        out.append(Html.escape(text));
        return this;
    }

    /** Data for the page's script, which finds it by its id; nothing in it can end the element. */
    public Markup data(String id, String json) {
        open("script", "type", "application/json", "id", id);
        // Outside its strings JSON has none of these.
        out.append(json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"));
        return close();
    }

    /** What another has written. */
    public Markup add(Markup whole) {
        whole.requireClosed();
        out.append(whole.out);
        return this;
    }

    /** Ends the element that was begun last. */
    public Markup close() {
        String tag = open.pop();
        out.append("</").append(tag).append('>');
        switch (tag) {
            case "p", "li", "tr", "section", "figure", "svg", "g", "div", "details", "ul", "table" -> out.append('\n');
            default -> {}
        }
        return this;
    }

    private void requireClosed() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
    }

    /** How many characters were written. */
    public int length() {
        return out.length();
    }

    /**
     * All that was written.
     *
     * @throws IllegalStateException if an element is still open
     */
    @Override
    public String toString() {
        requireClosed();
        return out.toString();
    }
}
