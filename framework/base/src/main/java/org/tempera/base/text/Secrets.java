package org.tempera.base.text;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Values that must not be shown, as configurations gave them, and how messages are freed of them. Only these very
 * values and what {@link Addresses} hold are left out, so that prose stays as it is. May be used by several threads.
 */
public final class Secrets {
    /** What stands for a secret. It may stand in an address. */
    public static final String MASK = "***";

    /** Shorter ones would be found in every other message. */
    private static final int SHORTEST = 3;

    private static final Pattern NAME =
            Pattern.compile("(.*-)?(token|password|passwd|passphrase|secret|api-?key|access-?key"
                    + "|private-?key|secret-?key|subscription-?key|function-?key|functions-?key|auth-?key|credentials?|signature"
                    + "|authorization|jwt)|(set-)?cookie|pwd");

    /** Names that are those of secrets in an address, and mean other things elsewhere. */
    private static final Pattern PARAMETER_NAME =
            Pattern.compile("(?i)(.*[-_.])?(sig|key|auth|pass|code|sas|ticket|session|sid)|");

    /**
     * What a parameter of an address may say besides; not looked for in messages, where it would be found in others'
     * words.
     */
    private static final Pattern PLAIN = Pattern.compile("[a-zA-Z]{1,10}|[\\d.]{1,6}");

    /** From this length on a secret is found within longer words too. */
    private static final int LONG = 8;

    private static final Pattern LOWER_UPPER = Pattern.compile("([a-z0-9])([A-Z])");

    private static final Pattern SCHEME = Pattern.compile("(?i)(basic|bearer|token) +");

    /** A secret may begin another. */
    private static final Comparator<String> LONGEST_FIRST =
            Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder());

    /** By their first character, and not as one pattern: of long values that would take thirty times their memory. */
    private final Map<Character, NavigableSet<String>> values = new HashMap<>();

    /** Learns the value of a key or a header that is a secret. */
    public void add(String value) {
        learn(value);
        learn(SCHEME.matcher(value).replaceFirst(""));
    }

    /** Learns passwords and parameters of the addresses in a value, also in the form in which they are sent. */
    public void addAddresses(String value) {
        for (Addresses.Parameter p : Addresses.parameters(value)) {
            if (isParameter(p.name()) || !PLAIN.matcher(p.value()).matches()) {
                learn(p.value());
                learn(decoded(p.value()));
            }
        }
        Addresses.users(value).forEach(user -> {
            String plain = decoded(user);
            learn(Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
            int colon = plain.indexOf(':');
            learn(plain);
            learn(plain.substring(colon + 1));
            learn(user);
            learn(user.substring(user.indexOf(':') + 1));
        });
    }

    /** Learns all that others know. */
    public void addAll(Secrets others) {
        Set<String> theirs;
        synchronized (others) {
            theirs = others.values.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        }
        theirs.forEach(this::keep);
    }

    /**
     * A message with {@link #MASK} for every secret in it. It is cut after that, if at all: no part of one is found.
     */
    public synchronized String masked(String message) {
        String text = Addresses.masked(message);
        if (values.isEmpty()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int place = 0; place < text.length(); ) {
            String found = at(text, place);
            if (found.isEmpty()) {
                out.append(text.charAt(place++));
            } else {
                out.append(MASK);
                place += found.length();
            }
        }
        return out.toString();
    }

    /** Whether a key or a header of this name holds a secret: {@code token}, {@code api_key}, {@code X-Api-Key}. */
    public static boolean isSecret(String name) {
        String kebab = LowerCase.of(LOWER_UPPER
                .matcher(name)
                .replaceAll("$1-$2")
                .replace('_', '-')
                .replace('.', '-')
                .replace(' ', '-'));
        return NAME.matcher(kebab).matches();
    }

    /** Whether a parameter of this name in an address, or one without a name, holds a secret. */
    static boolean isParameter(String name) {
        return isSecret(name) || PARAMETER_NAME.matcher(name).matches();
    }

    /** Learns a value, also as it stands in JSON, in a page and in an address. */
    private void learn(String value) {
        String bare = value.strip();
        if (bare.equals(MASK)) {
            return;
        }
        keep(bare);
        keep(bare.replace("\\", "\\\\").replace("\"", "\\\""));
        keep(bare.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;"));
        String encoded = URLEncoder.encode(bare, StandardCharsets.UTF_8);
        keep(encoded);
        keep(encoded.replace("+", "%20"));
    }

    private synchronized void keep(String value) {
        if (value.length() >= SHORTEST) {
            values.computeIfAbsent(value.charAt(0), c -> new TreeSet<>(LONGEST_FIRST))
                    .add(value);
        }
    }

    /** The value that stands at a place; empty if none does. */
    private String at(String message, int place) {
        for (String value : values.getOrDefault(message.charAt(place), Collections.emptyNavigableSet())) {
            if (message.startsWith(value, place) && isWhole(message, place, value)) {
                return value;
            }
        }
        return "";
    }

    /** A short value is found where it is no part of a longer word, and a long one wherever it stands. */
    private static boolean isWhole(String message, int place, String value) {
        int end = place + value.length();
        return value.length() >= LONG
                || ((place == 0 || !isWord(value.codePointAt(0)) || !isWord(message.codePointBefore(place)))
                        && (end == message.length()
                                || !isWord(value.codePointBefore(value.length()))
                                || !isWord(message.codePointAt(end))));
    }

    /** Letters and numbers of any kind. */
    private static boolean isWord(int c) {
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c) || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part; // a lone percent sign
        }
    }
}
