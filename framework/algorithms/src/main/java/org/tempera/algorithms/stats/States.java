package org.tempera.algorithms.stats;

import java.util.List;
import java.util.Map;

/** Reads the plain data that {@link org.tempera.spi.Checkpointable#state} gives, also after a trip through JSON. */
public final class States {
    private States() {}

    /** The finite number under a key. */
    public static Number number(Map<String, ?> state, String key) {
        Object value = state.get(key);
        if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
            return n;
        }
        throw new IllegalArgumentException("state '" + key + "' must be a finite number, found " + value);
    }

    /** The map under a key. */
    public static Map<?, ?> map(Map<String, ?> state, String key) {
        Object value = state.get(key);
        if (value instanceof Map<?, ?> m) {
            return m;
        }
        throw new IllegalArgumentException("state '" + key + "' must be a map, found " + value);
    }

    /** The map under a key, its keys being strings. */
    public static Map<String, Object> stringMap(Map<String, ?> state, String key) {
        Map<String, Object> out = new java.util.LinkedHashMap<>();
        map(state, key).forEach((k, v) -> out.put(String.valueOf(k), java.util.Objects.requireNonNull(v)));
        return out;
    }

    /** A list of finite numbers as an array. */
    public static double[] numbers(String name, Object value) {
        if (value instanceof List<?> list
                && list.stream().allMatch(x -> x instanceof Number n && Double.isFinite(n.doubleValue()))) {
            return list.stream().mapToDouble(n -> ((Number) n).doubleValue()).toArray();
        }
        throw new IllegalArgumentException("state '" + name + "' must be a list of finite numbers, found " + value);
    }
}
