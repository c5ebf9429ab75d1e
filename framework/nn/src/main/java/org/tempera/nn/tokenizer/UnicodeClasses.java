package org.tempera.nn.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Which code points are letters, numbers, white space or none of the visible kinds.
 *
 * <p>Read from a table rather than from {@link Character}, whose answers change with the JDK's Unicode version: the
 * same prompt must give the same tokens on every JDK.
 */
final class UnicodeClasses {
    private final BitSet letters = new BitSet(0x110000);
    private final BitSet numbers = new BitSet(0x110000);
    /** Of letters that only some JDKs know. */
    private final Map<Integer, Integer> pinnedLowerCase = new HashMap<>();

    /** A table never changes; it is read when a tokenizer first asks for it, and not for each. */
    private static final class OpenClip {
        private static final UnicodeClasses TABLE = new UnicodeClasses("unicode-classes.txt");
    }

    /** The same for transformers' own. */
    private static final class Fast {
        private static final UnicodeClasses TABLE = new UnicodeClasses("fast-classes.txt");
    }

    private UnicodeClasses(String table) {
        for (String line : lines(table)) {
            String[] parts = line.split(" ");
            for (int i = 1; i < parts.length; i++) {
                String[] ends = parts[i].split("-");
                int from = Integer.parseInt(ends[0], 16);
                int to = Integer.parseInt(ends[ends.length - 1], 16);
                switch (parts[0]) {
                    case "letters" -> letters.set(from, to + 1);
                    case "numbers" -> numbers.set(from, to + 1);
                    case "lower" -> pinnedLowerCase.put(from, to);
                    default -> {}
                }
            }
        }
    }

    /** As open_clip's tokenizer sees them, with Python's {@code regex}. */
    static UnicodeClasses openClip() {
        return OpenClip.TABLE;
    }

    /** As the tokenizers of transformers 5 see them, which are written in Rust. */
    static UnicodeClasses fast() {
        return Fast.TABLE;
    }

    /** The lines of a table beside this class. */
    static Iterable<String> lines(String resource) {
        try (InputStream in = UnicodeClasses.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the jar");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** General category L. */
    boolean isLetter(int c) {
        return letters.get(c);
    }

    /** General category N. */
    boolean isNumber(int c) {
        return numbers.get(c);
    }

    /** The property White_Space. */
    static boolean isWhiteSpace(int c) {
        return (c >= 0x9 && c <= 0xd) || c == 0x85 || c == 0x2028 || c == 0x2029 || isSpaceSeparator(c);
    }

    /** General category Zs. */
    static boolean isSpaceSeparator(int c) {
        return c == 0x20
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    /** White space as Python's {@code str.split} sees it: four separators of the C0 controls too. */
    static boolean isPythonSpace(int c) {
        return isWhiteSpace(c) || (c >= 0x1c && c <= 0x1f);
    }

    /** The text in lower case, by Unicode's full mapping: final sigma and dotted capital I included. */
    String toLowerCase(String text) {
        int[] in = text.codePoints().toArray();
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < in.length; i++) {
            if (in[i] == 0x3a3 && isFinal(in, i)) {
                out.append('ς');
            } else {
                appendLowerCase(out, in[i]);
            }
        }
        return out.toString();
    }

    /** Adds one character in lower case, by Unicode's full mapping, whatever stands around it. */
    void appendLowerCase(StringBuilder out, int c) {
        if (c == 0x130) {
            out.append("i\u0307");
            return;
        }
        Integer added = pinnedLowerCase.get(c);
        out.appendCodePoint(added == null ? Character.toLowerCase(c) : added);
    }

    /** A sigma is final if a cased letter stands before it and none behind it, signs that case ignores apart. */
    private static boolean isFinal(int[] text, int at) {
        int before = at - 1;
        while (before >= 0 && isCaseIgnorable(text[before])) {
            before--;
        }
        if (before < 0 || !isCased(text[before])) {
            return false;
        }
        int after = at + 1;
        while (after < text.length && isCaseIgnorable(text[after])) {
            after++;
        }
        return after == text.length || !isCased(text[after]);
    }

    private static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    private static boolean isCaseIgnorable(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default ->
                "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a".indexOf(c)
                        >= 0;
        };
    }
}
