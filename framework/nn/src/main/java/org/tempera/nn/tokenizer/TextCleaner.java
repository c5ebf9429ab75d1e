package org.tempera.nn.tokenizer;

import java.text.Normalizer;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Carries out a {@link TextCleaning}. */
final class TextCleaner {
    private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001b\\[[\\d;]*[a-zA-Z]");
    /**
     * {@code &amp;amp;amp;lt;} and the like are resolved again and again, but not once for every few characters of a
     * long text.
     */
    private static final int MOST_TIMES = 32;

    private static final Map<Integer, String> LIGATURES = Map.ofEntries(
            Map.entry(0x132, "IJ"),
            Map.entry(0x133, "ij"),
            Map.entry(0x149, "\u02bcn"),
            Map.entry(0x1f1, "DZ"),
            Map.entry(0x1f2, "Dz"),
            Map.entry(0x1f3, "dz"),
            Map.entry(0x1c4, "D\u017d"),
            Map.entry(0x1c5, "D\u017e"),
            Map.entry(0x1c6, "d\u017e"),
            Map.entry(0x1c7, "LJ"),
            Map.entry(0x1c8, "Lj"),
            Map.entry(0x1c9, "lj"),
            Map.entry(0x1ca, "NJ"),
            Map.entry(0x1cb, "Nj"),
            Map.entry(0x1cc, "nj"),
            Map.entry(0xfb00, "ff"),
            Map.entry(0xfb01, "fi"),
            Map.entry(0xfb02, "fl"),
            Map.entry(0xfb03, "ffi"),
            Map.entry(0xfb04, "ffl"),
            Map.entry(0xfb05, "\u017ft"),
            Map.entry(0xfb06, "st"));

    private final UnicodeClasses unicode;

    TextCleaner(UnicodeClasses unicode) {
        this.unicode = unicode;
    }

    String clean(TextCleaning cleaning, String text) {
        return switch (cleaning) {
            case TRANSFORMERS -> normalise(text);
            case OPEN_CLIP ->
                unicode.toLowerCase(
                        collapse(HtmlEntities.all().unescape(HtmlEntities.all().unescape(fix(text)))));
        };
    }

    /**
     * The normaliser of a {@code tokenizer.json}: NFC, a space for each run of white space, each character in lower
     * case.
     */
    private String normalise(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean space = false;
        for (int c :
                CanonicalText.normalise(text, Normalizer.Form.NFC).codePoints().toArray()) {
            boolean white = UnicodeClasses.isWhiteSpace(c);
            if (c >= 0xd800 && c <= 0xdfff) {
                out.append('\ufffd');
            } else if (!white) {
                unicode.appendLowerCase(out, c);
            } else if (!space) {
                out.append(' ');
            }
            space = white;
        }
        return out.toString();
    }

    /** Runs of white space become one space, none at either end. */
    private static String collapse(String text) {
        StringJoiner words = new StringJoiner(" ");
        int[] codePoints = text.codePoints().toArray();
        int start = 0;
        for (int i = 0; i <= codePoints.length; i++) {
            if (i == codePoints.length || UnicodeClasses.isPythonSpace(codePoints[i])) {
                if (i > start) {
                    words.add(new String(codePoints, start, i - start));
                }
                start = i + 1;
            }
        }
        return words.toString();
    }

    /** Line by line; from the first line with a '<' on, HTML references are taken to be meant. */
    private String fix(String text) {
        StringBuilder fixed = new StringBuilder();
        boolean unescape = true;
        for (String line : text.split("(?<=\n)", -1)) {
            unescape &= line.indexOf('<') < 0;
            String before = "";
            String after = line;
            for (int time = 0; time < MOST_TIMES && !after.equals(before); time++) {
                before = after;
                after = fixOnce(before, unescape);
            }
            fixed.append(after);
        }
        return fixed.toString();
    }

    private String fixOnce(String line, boolean unescape) {
        String text = unescape ? HtmlEntities.all().unescapeStrictly(line) : line;
        text = TERMINAL_ESCAPE.matcher(text).replaceAll("");
        StringBuilder fixed = new StringBuilder(text.length());
        text.codePoints().forEach(c -> fixed.append(fixed(c)));
        String joined = fixed.toString().replace("\r\n", "\n").replace('\r', '\n');
        return CanonicalText.normalise(joined, Normalizer.Form.NFC);
    }

    private static String fixed(int c) {
        if (c < 0x80) {
            boolean dropped = c < 9 || c == 0xb || (c >= 0xe && c < 0x20) || c == 0x7f;
            return dropped ? "" : Character.toString(c);
        }
        if (c < 0xa0) {
            return HtmlEntities.windows1252(c);
        }
        if (c == 0x2bc || (c >= 0x2018 && c <= 0x201b)) {
            return "'";
        }
        if (c >= 0x201c && c <= 0x201f) {
            return "\"";
        }
        if (c == 0x2028 || c == 0x2029) {
            return "\n";
        }
        if ((c >= 0x206a && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffc)) {
            return "";
        }
        if (c == 0x3000) {
            return " ";
        }
        if (c >= 0xff01 && c <= 0xffef) {
            return Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC);
        }
        if (c >= 0xd800 && c <= 0xdfff) {
            return "\ufffd";
        }
        return LIGATURES.getOrDefault(c, Character.toString(c));
    }
}
