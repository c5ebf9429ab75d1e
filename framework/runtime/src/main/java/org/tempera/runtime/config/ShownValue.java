package org.tempera.runtime.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Addresses;
import org.tempera.base.text.Secrets;
import org.tempera.spi.Secret;

/**
 * A value of a configuration as it is shown and written. Secrets are left out of the value itself, before anything
 * quotes it, so that what is written can be read again: what stands under the name of a secret, what addresses hold,
 * and arguments and headers in lists ({@code --token abc}, {@code X-Api-Key: abc}). Other text, such as a prompt, stays
 * as it is.
 *
 * @param value plain data where it was a map, a list or a record; else what it was
 * @param lost whether a secret had been left out before, so that it must be given again
 */
record ShownValue(Object value, boolean lost) {
    private static final Pattern FLAG = Pattern.compile("--?([\\w-]+)");
    private static final Pattern NAMED =
            Pattern.compile("(-{0,2}([\\w-]+)(?:=|: *))(\\S+|(?i:basic|bearer|token) +\\S+)");

    /**
     * Leaves the secrets out.
     *
     * @param secret whether all text in the value is secret
     * @param learns gets the secrets
     */
    static ShownValue of(Object value, boolean secret, Secrets learns) {
        Walk walk = new Walk(learns, Addresses::maskedValue);
        return new ShownValue(walk.visit(value, secret), walk.lost);
    }

    /** The same value, but that parameters of addresses can be told apart, see {@link Addresses#markedValue}. */
    static Object marked(Object value) {
        return new Walk(new Secrets(), Addresses::markedValue).visit(value, false);
    }

    /** Whether the component's value is for its plugin alone. */
    static boolean isSecret(RecordComponent c) {
        return c.isAnnotationPresent(Secret.class) || Secrets.isSecret(Names.kebab(c.getName()));
    }

    private static final class Walk {
        private final Secrets learns;
        private final UnaryOperator<String> addresses;
        private boolean lost;

        Walk(Secrets learns, UnaryOperator<String> addresses) {
            this.learns = learns;
            this.addresses = addresses;
        }

        Object visit(Object value, boolean secret) {
            if (value instanceof Optional<?> o) {
                return o.map(inner -> visit(inner, secret));
            }
            if (value instanceof List<?> list) {
                return items(list, secret);
            }
            if (value instanceof Map<?, ?> map) {
                Map<String, @Nullable Object> shown = new LinkedHashMap<>();
                map.forEach((key, v) -> {
                    String name = String.valueOf(key);
                    shown.put(name, v == null ? null : visit(v, secret || Secrets.isSecret(name)));
                });
                return shown;
            }
            if (value instanceof Record record) {
                Map<String, Object> shown = new LinkedHashMap<>();
                for (RecordKey key : RecordKey.of(record.getClass())) {
                    shown.put(key.name(), visit(key.of(record), secret || ShownValue.isSecret(key.component())));
                }
                return shown;
            }
            if (value instanceof String text) {
                return secret ? hidden(text) : address(text);
            }
            if (!secret) {
                return value;
            }
            // Words of a closed choice are everywhere.
            return value instanceof Boolean || value instanceof Enum<?> ? Secrets.MASK : hidden(value.toString());
        }

        private List<@Nullable Object> items(List<?> list, boolean secret) {
            List<@Nullable Object> shown = new ArrayList<>();
            boolean afterFlag = false;
            for (Object item : list) {
                Matcher named = NAMED.matcher(item instanceof String text ? text : "");
                if (!secret && !afterFlag && named.matches() && Secrets.isSecret(named.group(2))) {
                    shown.add(named.group(1) + hidden(named.group(3)));
                } else {
                    shown.add(item == null ? null : visit(item, secret || afterFlag));
                }
                Matcher flag = FLAG.matcher(item instanceof String text ? text : "");
                afterFlag = flag.matches() && Secrets.isSecret(flag.group(1));
            }
            return shown;
        }

        private String hidden(String text) {
            lost |= text.equals(Secrets.MASK);
            learns.add(text);
            return text.isEmpty() ? text : Secrets.MASK;
        }

        private String address(String text) {
            lost |= Addresses.isMasked(text);
            learns.addAddresses(text);
            return addresses.apply(text);
        }
    }
}
