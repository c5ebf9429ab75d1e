package org.tempera.base.text;

import java.util.Locale;

/**
 * Shows what steers a terminal or a page instead of obeying it: controls (C0, DEL, C1), characters that turn the
 * direction of text or have no width, separators of lines and paragraphs, and halves of surrogate pairs. Each becomes
 * {@code \}{@code u001b}, as JSON writes it, so that JSON stays JSON.
 */
public final class Printable {
    private static final int SHOWN = 80;

    private Printable() {}

    /** The text on one line: ends of lines and tabs are shown too. */
    public static String line(String text) {
        return shown(text, false);
    }

    /** The text with its lines and tabs. */
    public static String lines(String text) {
        return shown(text, true);
    }

    /** The text on one line, cut where it is long: a value of somebody's file, as messages show it. */
    public static String shortened(String text) {
        return shortened(text, SHOWN);
    }

    /** The same, cut after so many characters. */
    public static String shortened(String text, int shown) {
        boolean isLong = text.codePointCount(0, Math.min(text.length(), 2 * shown + 2)) > shown;
        return isLong ? line(text.substring(0, text.offsetByCodePoints(0, shown))) + "..." : line(text);
    }

    /** Whether the character is shown as its number. */
    public static boolean steers(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String shown(String text, boolean keepLines) {
        if (text.codePoints().noneMatch(Printable::steers)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (!steers(c) || (keepLines && (c == '\n' || c == '\t'))) {
                out.appendCodePoint(c);
            } else {
                for (char half : Character.toChars(c)) {
                    out.append(String.format(Locale.ROOT, "\\u%04x", (int) half));
                }
            }
        });
        return out.toString();
    }
}
