package org.tempera.nn.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Character references of HTML 5, as {@code &eacute;} or {@code &#233;}. */
final class HtmlEntities {
    private static final Pattern STRICT = Pattern.compile("&#?[0-9A-Za-z]{1,24};");
    private static final Pattern LENIENT =
            Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");

    private final Map<String, String> byName = new HashMap<>();
    private final Map<String, String> upperCased = new HashMap<>();

    /** Two thousand names, which never change and most tokenizers never need. */
    private static final class Once {
        private static final HtmlEntities NAMES = new HtmlEntities(UnicodeClasses.openClip());
    }

    /** All of them. */
    static HtmlEntities all() {
        return Once.NAMES;
    }

    private HtmlEntities(UnicodeClasses unicode) {
        for (String line : UnicodeClasses.lines("html-entities.txt")) {
            String[] parts = line.split(" ");
            StringBuilder value = new StringBuilder();
            for (int i = 1; i < parts.length; i++) {
                value.appendCodePoint(Integer.parseInt(parts[i], 16));
            }
            byName.put(parts[0], value.toString());
        }
        byName.forEach((name, value) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (name.endsWith(";")
                    && name.equals(unicode.toLowerCase(name))
                    && named(upper).equals("&" + upper)) {
                upperCased.put(upper, value.toUpperCase(Locale.ROOT));
            }
        });
    }

    /** Decodes references that end with a semicolon, and those that someone put in capitals as a whole. */
    String unescapeStrictly(String text) {
        return STRICT.matcher(text).replaceAll(match -> {
            String name = match.group().substring(1);
            String value = byName.getOrDefault(name, upperCased.get(name));
            if (value == null && name.startsWith("#")) {
                String lenient = unescape(match.group());
                value = lenient.contains(";") ? null : lenient;
            }
            return Matcher.quoteReplacement(value == null ? match.group() : value);
        });
    }

    /** Decodes references as a browser does: those that old pages wrote without a semicolon too. */
    String unescape(String text) {
        return LENIENT.matcher(text).replaceAll(match -> Matcher.quoteReplacement(decode(match)));
    }

    private String decode(MatchResult match) {
        String name = match.group(1);
        return name.startsWith("#") ? numbered(name) : named(name);
    }

    private String named(String name) {
        String whole = byName.get(name);
        if (whole != null) {
            return whole;
        }
        for (int end = name.length() - 1; end > 1; end--) {
            String value = byName.get(name.substring(0, end));
            if (value != null) {
                return value + name.substring(end);
            }
        }
        return "&" + name;
    }

    private static String numbered(String reference) {
        boolean hexadecimal = reference.charAt(1) == 'x' || reference.charAt(1) == 'X';
        String digits = reference.substring(hexadecimal ? 2 : 1).replace(";", "");
        int c;
        try {
            c = Integer.parseInt(digits, hexadecimal ? 16 : 10);
        } catch (NumberFormatException e) {
            return "\ufffd";
        }
        if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
            return "\ufffd";
        }
        if (c >= 0x80 && c <= 0x9f) {
            return windows1252(c);
        }
        boolean control = (c >= 1 && c <= 8) || c == 0xb || (c >= 0xe && c <= 0x1f) || c == 0x7f;
        boolean notACharacter = (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
        return control || notACharacter ? "" : Character.toString(c);
    }

    /** What Windows takes a C1 control for; the five that it leaves out stay. */
    static String windows1252(int c) {
        @Nullable Charset charset = Charset.isSupported("windows-1252") ? Charset.forName("windows-1252") : null;
        if (charset == null) {
            return Character.toString(c);
        }
        String decoded = charset.decode(ByteBuffer.wrap(new byte[] {(byte) c})).toString();
        return decoded.equals("\ufffd") ? Character.toString(c) : decoded;
    }
}
