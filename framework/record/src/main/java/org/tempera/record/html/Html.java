package org.tempera.record.html;

import org.tempera.base.text.Printable;

/** Escapes text for HTML and SVG. */
public final class Html {
    private Html() {}

    /**
     * The text with everything replaced that could begin a tag, an entity or end an attribute; characters that turn the
     * direction of text, and controls, which XML cannot hold, are shown as their numbers.
     */
    public static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        Printable.lines(text).codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
