package org.tempera.core.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Secrets of the addresses (URLs) in a text: what stands before the {@code @}, and values of parameters such as {@code token=}. */
public final class Addresses {
    private static final Pattern ADDRESS = Pattern.compile("(?<=://)[^\\s<>]+");
    private static final Pattern USER = Pattern.compile("^([^/\"']+)(?=@)");
    private static final Pattern PARAMETER = Pattern.compile("([?&;#]([^=?&;#]+)=)([^&;#\"']+)");
    private static final Pattern SHORT_NAME = Pattern.compile("(?i)sig|key|auth|pass");

    private Addresses() {}

    /** The text with {@link Secrets#MASK} for the secrets of its addresses; what else it says stays as it is. */
    public static String masked(String text) {
        return text.contains("://")
                ? ADDRESS.matcher(text).replaceAll(a -> Matcher.quoteReplacement(one(a.group())))
                : text;
    }

    /** The same for every text in plain data, such as is written as JSON. */
    public static Object maskedValues(Object plain) {
        if (plain instanceof Map<?, ?> map) {
            Map<String, Object> masked = new LinkedHashMap<>();
            map.forEach((key, value) -> masked.put(masked(String.valueOf(key)), maskedValues(value)));
            return masked;
        }
        if (plain instanceof List<?> items) {
            return items.stream().map(Addresses::maskedValues).toList();
        }
        return plain instanceof String text ? masked(text) : plain;
    }

    /** Whether a secret was left out of an address in the text. */
    public static boolean isMasked(String text) {
        return users(text).contains(Secrets.MASK) || secrets(text).contains(Secrets.MASK);
    }

    /** What stands before the {@code @} of each address that has one. */
    static List<String> users(String text) {
        List<String> users = new ArrayList<>();
        addresses(text).forEach(a -> USER.matcher(a).results().forEach(m -> users.add(m.group())));
        return users;
    }

    /** Values of parameters whose names are those of secrets. */
    static List<String> secrets(String text) {
        List<String> secrets = new ArrayList<>();
        addresses(text).forEach(a -> PARAMETER
                .matcher(USER.matcher(a).replaceFirst(""))
                .results()
                .filter(Addresses::isSecret)
                .forEach(m -> secrets.add(m.group(3))));
        return secrets;
    }

    private static List<String> addresses(String text) {
        return ADDRESS.matcher(text).results().map(MatchResult::group).toList();
    }

    private static String one(String address) {
        String nobody = USER.matcher(address).replaceFirst(Matcher.quoteReplacement(Secrets.MASK));
        return PARAMETER
                .matcher(nobody)
                .replaceAll(m -> Matcher.quoteReplacement(isSecret(m) ? m.group(1) + Secrets.MASK : m.group()));
    }

    private static boolean isSecret(MatchResult parameter) {
        String name = parameter.group(2);
        return Secrets.isSecret(name) || SHORT_NAME.matcher(name).matches();
    }
}
