package org.tempera.base.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of the addresses (URLs) in a text: what stands before the {@code @}, and the values of all parameters. Names
 * stay, for they say which parameter it is; there is no list of bad ones, since every server has its own. An address
 * that is none, such as with a slash or a space in its password, loses whatever may be the password.
 *
 * <p>Texts are anybody's and of any length: every pattern here passes over them once or a few times, never from each
 * start to the end.
 */
public final class Addresses {
    private static final String NO_PORT = "(?!\\d{0,5}(?:[\\s/?#'\"<>]|$))";

    /** The rest of an address, to the next space; further where a password has one. */
    private static final Pattern ADDRESS = Pattern.compile(
            "(?<=://)(?:[^\\s<>/?#@:'\"]+:" + NO_PORT + "[^\\s<>@'\"]*[ \\t](?:(?!://)[^\\r\\n<>@'\"])*@)?[^\\s<>]+");

    private static final Pattern WHOLE = Pattern.compile("\\s*[A-Za-z][\\w+.-]*://(?:(?!://).)+");
    /** What a sentence may add to an address. */
    private static final String AFTER = "\"'.,:;)]}";

    private static final Pattern PARAMETER = Pattern.compile("([?&;#])(?:([^=?&;#]+)=([^&;#]*)|([^=?&;#]+))");
    private static final Pattern MARK = Pattern.compile(Pattern.quote(Secrets.MASK) + "([0-9a-f]{3})?");
    private static final Pattern AUTHORITY_END = Pattern.compile("[/?#]");
    private static final Pattern PORT = Pattern.compile(".*:\\d{0,5}|[^:]*");

    private Addresses() {}

    /** A parameter; without a name where it is all value. */
    record Parameter(String name, String value) {}

    /** The text with {@link Secrets#MASK} for the secrets of its addresses; what else it says stays as it is. */
    public static String masked(String text) {
        return text.contains("://")
                ? ADDRESS.matcher(text).replaceAll(a -> Matcher.quoteReplacement(one(a.group(), Addresses::hidden)))
                : text;
    }

    /** The same for a value that may be one address to its end, whatever characters stand in it. */
    public static String maskedValue(String value) {
        return value(value, Addresses::hidden);
    }

    /**
     * The same with a mark on parameters that may decide what a server answers, which are those without a secret's
     * name: enough to tell two values apart, and far too little to find one by.
     */
    public static String markedValue(String value) {
        return value(value, p -> Secrets.isParameter(p.name()) ? Secrets.MASK : Secrets.MASK + mark(p.value()));
    }

    /** Twelve bits of a value. */
    private static String mark(String value) {
        CRC32 sum = new CRC32();
        sum.update(value.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%03x", sum.getValue() & 0xfff);
    }

    /** The masked form of every text in plain data, such as is written as JSON. */
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

    /** Whether a secret was left out of an address in the value. */
    public static boolean isMasked(String value) {
        return users(value).contains(Secrets.MASK)
                || parameters(value).stream().anyMatch(p -> p.value().equals(Secrets.MASK));
    }

    /** What stands before the {@code @} of each address that has one. */
    static List<String> users(String value) {
        List<String> users = new ArrayList<>();
        for (String a : addresses(value)) {
            int at = at(a);
            if (at > 0) {
                users.add(a.substring(0, at));
            }
        }
        return users;
    }

    /** The parameters of all addresses in the value. */
    static List<Parameter> parameters(String value) {
        List<Parameter> parameters = new ArrayList<>();
        for (String a : addresses(value)) {
            PARAMETER
                    .matcher(a.substring(Math.max(0, at(a))))
                    .results()
                    .filter(m -> isParameter(m.group(1), m.group(4)))
                    .forEach(m -> parameters.add(
                            m.group(4) == null
                                    ? new Parameter(m.group(2), m.group(3))
                                    : new Parameter("", m.group(4))));
        }
        return parameters;
    }

    private static String hidden(Parameter parameter) {
        return MARK.matcher(parameter.value()).matches() ? parameter.value() : Secrets.MASK;
    }

    private static String value(String value, Function<Parameter, String> shown) {
        if (!WHOLE.matcher(value).matches()) {
            return value.contains("://")
                    ? ADDRESS.matcher(value).replaceAll(a -> Matcher.quoteReplacement(one(a.group(), shown)))
                    : value;
        }
        int begin = value.indexOf("://") + "://".length();
        return value.substring(0, begin) + one(value.substring(begin), shown);
    }

    private static List<String> addresses(String value) {
        if (WHOLE.matcher(value).matches()) {
            return List.of(bare(value.substring(value.indexOf("://") + "://".length())));
        }
        return ADDRESS.matcher(value).results().map(a -> bare(a.group())).toList();
    }

    /** An address without what a sentence adds to it. */
    private static String bare(String address) {
        int end = address.length();
        while (end > 0 && AFTER.indexOf(address.charAt(end - 1)) >= 0) {
            end--;
        }
        return address.substring(0, end);
    }

    private static String one(String given, Function<Parameter, String> shown) {
        String address = bare(given);
        int at = at(address);
        String nobody = at > 0 ? Secrets.MASK + address.substring(at) : address;
        return PARAMETER.matcher(nobody).replaceAll(m -> {
                    String begin = m.group(1);
                    @Nullable String bare = m.group(4);
                    if (!isParameter(begin, bare)) {
                        return Matcher.quoteReplacement(m.group());
                    }
                    return Matcher.quoteReplacement(
                            bare != null
                                    ? begin + shown.apply(new Parameter("", bare))
                                    : begin + m.group(2) + "="
                                            + (m.group(3).isEmpty()
                                                    ? ""
                                                    : shown.apply(new Parameter(m.group(2), m.group(3)))));
                })
                + given.substring(address.length());
    }

    /** Where the {@code @} before the host is; -1 if there is none. What may be a password's is taken for it. */
    private static int at(String address) {
        Matcher end = AUTHORITY_END.matcher(address);
        String authority = end.find() ? address.substring(0, end.start()) : address;
        if (authority.indexOf('@') < 0 && authority.indexOf(':') < 0) {
            return -1; // an @ of the path or of a parameter
        }
        int query = address.indexOf('?');
        int at = (query < 0 ? address : address.substring(0, query)).lastIndexOf('@');
        int last = address.lastIndexOf('@');
        boolean noQuery =
                query >= 0 && last > query && address.substring(query, last).indexOf('=') < 0;
        return noQuery && (at >= 0 || !PORT.matcher(authority).matches()) ? last : at;
    }

    /** Whether something is a parameter, and no fragment, no segment of a path, and no {@code &amp;}. */
    private static boolean isParameter(String begin, @Nullable String bare) {
        return bare == null || ((begin.equals("?") || begin.equals("&")) && !bare.equals("amp"));
    }
}
