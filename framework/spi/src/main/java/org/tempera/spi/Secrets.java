package org.tempera.spi;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Leaves secrets out of text that is shown: what stands before the {@code @} of an address, and values of keys such as {@code token=}. */
public final class Secrets {
    /** What stands for a secret. It may stand in an address. */
    public static final String MASK = "***";

    private static final String WORDS =
            "token|password|passwd|secret|api[-_]?key|access[-_]?key|private[-_]?key|signature|authorization";

    /** Each with what stays and the secret after it. */
    private static final List<Pattern> SECRETS = List.of(
            Pattern.compile("(://)([^\\s/\"'<>]+)(?=@)"),
            Pattern.compile("(?i)((?:" + WORDS + "|[?&;](?:sig|key|auth|pwd))=)([^\\s&;#\"'<>]+)"),
            Pattern.compile("(?i)((?:authorization: {0,3}(?:basic |bearer )?|bearer ))([-a-z0-9._~+/=]{8,}|\\*{3})"));

    private static final Pattern NAME = Pattern.compile("(?i)(.*[-_])?(" + WORDS + ")|(set-)?cookie");

    private Secrets() {}

    /** The text with {@link #MASK} for every secret in it. */
    public static String masked(String text) {
        String masked = text;
        for (Pattern secret : SECRETS) {
            masked = secret.matcher(masked).replaceAll("$1" + Matcher.quoteReplacement(MASK));
        }
        return masked;
    }

    /** Whether a secret was left out of the text. */
    public static boolean isMasked(String text) {
        if (text.equals(MASK)) {
            return true;
        }
        for (Pattern secret : SECRETS) {
            Matcher found = secret.matcher(text);
            while (found.find()) {
                if (found.group(2).equals(MASK)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a key or a header of this name holds a secret: {@code token}, {@code api-key}, {@code Authorization}. */
    public static boolean isSecret(String name) {
        return NAME.matcher(name).matches();
    }
}
