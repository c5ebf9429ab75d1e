package org.tempera.nn.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits cleaned text into CLIP's words: a special token, an English contraction's ending, a run of letters, a single
 * number, or a run of anything else.
 */
final class WordSplitter {
    /**
     * The combining iota below belongs to no word: the reference's pattern ignores case, and this mark's upper case is
     * a letter while it is none itself, so that no alternative matches.
     */
    private static final int COMBINING_IOTA = 0x345;

    private static final List<String> CONTRACTIONS = List.of("'s", "'t", "'re", "'ve", "'m", "'ll", "'d");

    private final UnicodeClasses unicode;
    private final List<String> specialTokens;
    private final List<String> first;
    private final boolean openClip;

    /**
     * Splits at the special tokens given.
     *
     * @param openClip whether they are words of their own and case is ignored, as in open_clip; in transformers 5 they
     *     are split again, into brackets and letters
     */
    WordSplitter(UnicodeClasses unicode, List<String> specialTokens, boolean openClip) {
        this.unicode = unicode;
        this.specialTokens = specialTokens;
        this.openClip = openClip;
        this.first = new ArrayList<>(specialTokens);
        first.addAll(CONTRACTIONS);
    }

    List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = wordEnd(text, at);
            if (end > at) {
                String word = text.substring(at, end);
                if (!openClip && specialTokens.contains(word)) {
                    words.addAll(List.of(word.substring(0, 2), word.substring(2, word.length() - 2), "|>"));
                } else {
                    words.add(word);
                }
                at = end;
            } else {
                at += Character.charCount(text.codePointAt(at));
            }
        }
        return words;
    }

    private int wordEnd(String text, int at) {
        for (String fixed : first) {
            if (matches(text, at, fixed)) {
                return at + fixed.length();
            }
        }
        int c = text.codePointAt(at);
        if (unicode.isNumber(c)) {
            return at + Character.charCount(c);
        }
        boolean letters = unicode.isLetter(c);
        int end = at;
        while (end < text.length()) {
            c = text.codePointAt(end);
            boolean same = letters
                    ? unicode.isLetter(c)
                    : !unicode.isLetter(c)
                            && !unicode.isNumber(c)
                            && !UnicodeClasses.isWhiteSpace(c)
                            && !(openClip && c == COMBINING_IOTA);
            if (!same) {
                break;
            }
            end += Character.charCount(c);
        }
        return end;
    }

    /**
     * For open_clip case is ignored; of the letters in question only s has a variant that lower-casing leaves: the long
     * s.
     */
    private boolean matches(String text, int at, String fixed) {
        if (at + fixed.length() > text.length()) {
            return false;
        }
        for (int i = 0; i < fixed.length(); i++) {
            char c = text.charAt(at + i);
            if ((openClip && c == '\u017f' ? 's' : c) != fixed.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
