package org.tempera.core.text;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Values that must not be shown, as configurations gave them, and how messages are freed of them. Only these very values and what
 * {@link Addresses} hold are left out, so that prose stays as it is. May be used by several threads.
 */
public final class Secrets {
    /** What stands for a secret. It may stand in an address. */
    public static final String MASK = "***";

    /** Shorter ones would be found in every other message. */
    private static final int SHORTEST = 3;

    private static final Pattern NAME =
            Pattern.compile("(.*-)?(token|password|passwd|passphrase|secret|api-?key|access-?key"
                    + "|private-?key|secret-?key|credentials?|signature|authorization)|(set-)?cookie|pwd");

    private static final Pattern SCHEME = Pattern.compile("(?i)(basic|bearer|token) +");

    /** The longest first: a secret may begin another. */
    private final Set<String> values =
            new TreeSet<>(Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** Any of the values; nothing at first. */
    private volatile Pattern any = Pattern.compile("(?!)");

    /** Learns the value of a key or a header that is a secret. */
    public void add(String value) {
        learn(value);
        learn(SCHEME.matcher(value).replaceFirst(""));
    }

    /** Learns passwords and tokens of the addresses in a text, also in the form in which they are sent. */
    public void addAddresses(String text) {
        Addresses.secrets(text).forEach(secret -> {
            learn(secret);
            learn(decoded(secret));
        });
        Addresses.users(text).forEach(user -> {
            String plain = decoded(user);
            learn(Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
            int colon = plain.indexOf(':');
            learn(plain);
            learn(plain.substring(colon + 1));
            learn(user.substring(user.indexOf(':') + 1));
        });
    }

    /** Learns all that others know. */
    public void addAll(Secrets others) {
        Set<String> theirs;
        synchronized (others) {
            theirs = Set.copyOf(others.values);
        }
        theirs.forEach(this::learn);
    }

    /** A message with {@link #MASK} for every secret in it. */
    public String masked(String message) {
        return any.matcher(Addresses.masked(message)).replaceAll(MASK);
    }

    /** Whether a key or a header of this name holds a secret: {@code token}, {@code api_key}, {@code X-Api-Key}. */
    public static boolean isSecret(String name) {
        String kebab = name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replaceAll("[_. ]", "-")
                .toLowerCase(Locale.ROOT);
        return NAME.matcher(kebab).matches();
    }

    private synchronized void learn(String value) {
        String bare = value.strip();
        if (bare.length() >= SHORTEST && !bare.equals(MASK) && values.add(bare)) {
            any = Pattern.compile(values.stream().map(Secrets::asWord).collect(Collectors.joining("|")));
        }
    }

    /** The value where it is no part of a longer word. */
    private static String asWord(String value) {
        boolean begins = Character.isLetterOrDigit(value.codePointAt(0));
        boolean ends = Character.isLetterOrDigit(value.codePointBefore(value.length()));
        return (begins ? "(?<![\\p{L}\\p{N}])" : "") + Pattern.quote(value) + (ends ? "(?![\\p{L}\\p{N}])" : "");
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part; // a lone percent sign
        }
    }
}
