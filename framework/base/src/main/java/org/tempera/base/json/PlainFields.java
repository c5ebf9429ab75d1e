package org.tempera.base.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of plain data that was stored as {@link PlainJson}. Whatever is missing or of another kind is an {@link
 * IllegalArgumentException} that names it.
 */
public final class PlainFields {
    private final Map<?, ?> fields;

    private PlainFields(Map<?, ?> fields) {
        this.fields = fields;
    }

    /** Fields of a map. */
    public static PlainFields of(Object map) {
        return new PlainFields(as(Map.class, map, "the data"));
    }

    public int integer(String key) {
        return Math.toIntExact(as(Number.class, value(key), key).longValue());
    }

    public long whole(String key) {
        return as(Number.class, value(key), key).longValue();
    }

    public boolean flag(String key) {
        return as(Boolean.class, value(key), key);
    }

    public String text(String key) {
        return as(String.class, value(key), key);
    }

    public PlainFields fields(String key) {
        return new PlainFields(as(Map.class, value(key), key));
    }

    public List<?> list(String key) {
        return as(List.class, value(key), key);
    }

    public List<String> texts(String key) {
        return list(key).stream().map(x -> as(String.class, x, key)).toList();
    }

    public float[] floats(String key) {
        List<?> list = list(key);
        float[] numbers = new float[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = as(Number.class, list.get(i), key).floatValue();
        }
        return numbers;
    }

    public double[] doubles(String key) {
        return list(key).stream()
                .mapToDouble(x -> as(Number.class, x, key).doubleValue())
                .toArray();
    }

    /** A map of numbers, in its order. */
    public Map<String, Double> numbers(String key) {
        PlainFields of = fields(key);
        Map<String, Double> numbers = new LinkedHashMap<>();
        of.names()
                .forEach(name ->
                        numbers.put(name, as(Number.class, of.value(name), name).doubleValue()));
        return numbers;
    }

    /** Names of the fields, in their order. */
    public List<String> names() {
        return fields.keySet().stream().map(k -> as(String.class, k, "a name")).toList();
    }

    private Object value(String key) {
        return Optional.<Object>ofNullable(fields.get(key))
                .orElseThrow(() -> new IllegalArgumentException("expected '" + key + "', found none"));
    }

    private static <T> T as(Class<T> kind, Object value, String key) {
        if (!kind.isInstance(value)) {
            throw new IllegalArgumentException("expected a " + kind.getSimpleName() + " at '" + key + "', found "
                    + value.getClass().getSimpleName());
        }
        return kind.cast(value);
    }
}
