package org.tempera.runtime.config;

import org.tempera.spi.UserException;

/**
 * What a configuration's text may hold, checked before the library reads it: its time grows with the square, and where
 * blocks are laid over each other with the cube, of a key's parts, of a value's pieces and of substitutions.
 */
final class TextBounds {
    /** Levels of a key, of blocks and of lists. */
    static final int MAX_DEPTH = 50;

    /** Substitutions of one text, {@code +=} among them. */
    private static final int MAX_REFERENCES = 500;

    /** Characters outside quotes between two ends of a line or commas. */
    private static final int LONGEST_PIECE = 2000;

    private static final String TRIPLE = "\"\"\"";
    private static final String ENDS_A_KEY = "\n,=:{}[]";

    private final String text;
    private int at;
    private int references;
    private int dots;
    private int piece;

    private TextBounds(String text) {
        this.text = text;
    }

    /** Whether the text is within all bounds. */
    static boolean hold(String text) {
        return new TextBounds(text).broken().isEmpty();
    }

    /**
     * Fails for a text beyond a bound.
     *
     * @throws UserException that says where and which
     */
    static void require(String where, String text) {
        TextBounds bounds = new TextBounds(text);
        String broken = bounds.broken();
        if (!broken.isEmpty()) {
            long line = 1
                    + text.substring(0, Math.min(bounds.at, text.length()))
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            throw new UserException(where + ": line " + line + ": " + broken);
        }
    }

    /** What is wrong with the text; nothing where all is well. */
    private String broken() {
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at = endOfQuotes();
            } else if (c == '#' || text.startsWith("//", at)) {
                at = endOfLine() - 1;
                continue;
            } else if (ENDS_A_KEY.indexOf(c) >= 0) {
                dots = 0;
            }
            piece = c == '\n' || c == ',' ? 0 : piece + 1;
            dots += c == '.' ? 1 : 0;
            references += text.startsWith("${", at) || text.startsWith("+=", at) ? 1 : 0;
            if (dots >= MAX_DEPTH) {
                return "its blocks and lists are nested too deeply: a key has more than " + MAX_DEPTH
                        + " parts, where a configuration's have some. Put a text with so many dots into quotes.";
            }
            if (piece > LONGEST_PIECE) {
                return "more than " + LONGEST_PIECE
                        + " characters without a comma or quotes: blocks or lists are nested too"
                        + " deeply, or it is a text. Put a text into quotes.";
            }
            if (references > MAX_REFERENCES) {
                return "its substitutions ${...} are more than " + MAX_REFERENCES + ". A configuration has some.";
            }
        }
        return "";
    }

    /** The last quote of those that begin here. */
    private int endOfQuotes() {
        if (text.startsWith(TRIPLE, at)) {
            int end = text.indexOf(TRIPLE, at + TRIPLE.length());
            if (end < 0) {
                return text.length();
            }
            end += TRIPLE.length();
            while (end < text.length() && text.charAt(end) == '"') {
                end++;
            }
            return end - 1;
        }
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '"' && text.charAt(end) != '\n') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return end;
    }

    private int endOfLine() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }
}
