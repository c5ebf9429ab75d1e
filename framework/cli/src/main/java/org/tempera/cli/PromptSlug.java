package org.tempera.cli;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.tempera.base.text.LowerCase;

/** Makes a prompt part of a file's name: its letters and digits, of any script, with dashes for all else. */
final class PromptSlug {
    /** Bytes at most, so that a name is short for every file system. */
    private static final int LENGTH = 40;

    private static final String NOTHING = "picture";

    private PromptSlug() {}

    /** The prompt's part of a name, which the locale's file names can hold. */
    static String of(String prompt) {
        return of(prompt, fileNames());
    }

    /** The same for names of this encoding: where it lacks a letter, those beyond ASCII are left out. */
    static String of(String prompt, Charset names) {
        String slug = shortened(dashed(Normalizer.normalize(prompt, Normalizer.Form.NFC)));
        if (names.canEncode() && names.newEncoder().canEncode(slug)) {
            return slug.isEmpty() ? NOTHING : slug;
        }
        String ascii = shortened(dashed(prompt.replaceAll("[^\\x00-\\x7f]", " ")));
        return ascii.isEmpty() ? NOTHING : ascii;
    }

    /** What file names are written in; Windows has them in Unicode, whatever the locale. */
    private static Charset fileNames() {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        return File.separatorChar == '\\' || !isCharset(encoding) ? StandardCharsets.UTF_8 : Charset.forName(encoding);
    }

    private static boolean isCharset(String encoding) {
        return !encoding.isEmpty() && encoding.matches("[\\w.:+-]+") && Charset.isSupported(encoding);
    }

    private static String dashed(String prompt) {
        String lower = Normalizer.normalize(LowerCase.of(prompt), Normalizer.Form.NFC);
        StringBuilder slug = new StringBuilder();
        boolean dash = false;
        boolean letter = false;
        for (int c : lower.codePoints().toArray()) {
            letter = Character.isLetterOrDigit(c) || (letter && isMark(c));
            if (letter) {
                slug.append(dash && slug.length() > 0 ? "-" : "").appendCodePoint(c);
            }
            dash = !letter;
        }
        return slug.toString();
    }

    /** Without a part of a letter at its end, nor a dash. */
    private static String shortened(String slug) {
        int end = 0;
        int bytes = 0;
        while (end < slug.length() && bytes <= LENGTH) {
            int c = slug.codePointAt(end);
            bytes += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
            end += bytes <= LENGTH ? Character.charCount(c) : 0;
        }
        while (end > 0 && end < slug.length() && isMark(slug.codePointAt(end))) {
            end -= Character.charCount(slug.codePointBefore(end));
        }
        return slug.substring(0, end).replaceAll("-$", "");
    }

    /** What belongs to the letter before it, such as the vowels of Devanagari. */
    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }
}
