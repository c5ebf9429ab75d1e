package org.tempera.nn.tokenizer;

import java.util.function.ToIntFunction;

/**
 * Finds where in a text as it was written its cleaned characters have been counted off. Cleaning may change any
 * character, so the text is cleaned again in parts: word by word, and the word that holds the place from its start on.
 */
final class CutPlace {
    /** Characters of a word that are looked through; in a longer one the place may be its start. */
    private static final int LONGEST_WORD = 1024;
    /** Characters about the place that are looked at one by one. */
    private static final int NEAR = 24;
    /** Characters behind it that are; the longest reference has 33. */
    private static final int BEHIND = 100;

    private static final int JOINER = 0x200d;

    private final String text;
    /** How many characters a part of the text comes to once it is cleaned; white space does not count. */
    private final ToIntFunction<String> cleaned;

    private CutPlace(String text, ToIntFunction<String> cleaned) {
        this.text = text;
        this.cleaned = cleaned;
    }

    /**
     * The text's own characters behind its first {@code count} cleaned ones, without white space around them. Where the
     * place is within what stands for one character, such as a letter and its accent, they begin with all of it; where
     * cleaning made several characters of one, with the whole word.
     */
    static String behind(String text, int count, ToIntFunction<String> cleaned) {
        CutPlace place = new CutPlace(text, cleaned);
        return text.substring(place.find(count)).strip();
    }

    private int find(int count) {
        int left = count;
        int at = 0;
        while (at < text.length()) {
            int end = wordEnd(at);
            int characters = end == at ? 0 : cleaned.applyAsInt(text.substring(at, end));
            if (characters > left) {
                return within(at, Math.min(end, at + LONGEST_WORD), left);
            }
            left -= characters;
            at = end == at ? end + Character.charCount(text.codePointAt(end)) : end;
        }
        return at;
    }

    private int wordEnd(int start) {
        int end = start;
        while (end < text.length() && !UnicodeClasses.isWhiteSpace(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        return end;
    }

    /**
     * The place in a word behind which the rest of its cleaned characters stands; the word's start if there is none.
     */
    private int within(int start, int end, int count) {
        int all = cleaned.applyAsInt(text.substring(start, end));
        int near = near(start, end, count);
        for (int i = Math.max(start, near - NEAR); i < Math.min(end, near + BEHIND); i++) {
            if (isPlace(i)
                    && cleaned.applyAsInt(text.substring(start, i)) == count
                    && cleaned.applyAsInt(text.substring(i, end)) == all - count) {
                return wholeCharacter(start, i);
            }
        }
        return start;
    }

    /**
     * About where the characters are counted off: cleaned parts grow with what they are made of, but for references.
     */
    private int near(int start, int end, int count) {
        int low = start;
        int high = end;
        while (high - low > NEAR) {
            int middle = (low + high) / 2;
            if (cleaned.applyAsInt(text.substring(start, middle)) < count) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isPlace(int i) {
        return i == 0 || !Character.isLowSurrogate(text.charAt(i)) || !Character.isHighSurrogate(text.charAt(i - 1));
    }

    private int wholeCharacter(int start, int place) {
        int i = place;
        while (i > start && (belongsToLast(text.codePointAt(i)) || text.codePointBefore(i) == JOINER)) {
            i -= Character.charCount(text.codePointBefore(i));
        }
        return i;
    }

    private static boolean belongsToLast(int c) {
        return c == JOINER
                || switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> true;
                    default -> c >= 0x1f3fb && c <= 0x1f3ff;
                };
    }
}
