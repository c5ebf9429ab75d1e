package org.tempera.spi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of plain data, such as the state that {@link Checkpointable#state} gave and JSON has kept: there a
 * whole number is a {@code Long}, another a {@code Double}, and an array a list. Whatever is missing or of another kind
 * is an {@link IllegalArgumentException} that names it.
 */
public final class PlainFields {
    /** Up to here a double holds every whole number. */
    private static final double LARGEST_EXACT = 1L << 53;

    private final Map<?, ?> fields;

    private PlainFields(Map<?, ?> fields) {
        this.fields = fields;
    }

    /** Fields of a map. */
    public static PlainFields of(@Nullable Object map) {
        return new PlainFields(as(Map.class, map, "the data"));
    }

    /** Whether there is a field of this name. */
    public boolean has(String key) {
        return fields.get(key) != null;
    }

    /** A whole number that an int can hold. */
    public int integer(String key) {
        long number = whole(key);
        if ((int) number != number) {
            throw new IllegalArgumentException(
                    "expected a whole number that an int can hold at '" + key + "', found " + number);
        }
        return (int) number;
    }

    /**
     * A whole number that a long can hold; one of another kind may be as large as that kind has exact whole numbers.
     */
    public long whole(String key) {
        Number number = as(Number.class, value(key), key);
        double real = number.doubleValue();
        boolean kept = number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte;
        if (!kept && !(Math.rint(real) == real && Math.abs(real) <= LARGEST_EXACT)) {
            throw new IllegalArgumentException("expected a whole number at '" + key + "', found " + number);
        }
        return number.longValue();
    }

    /** A finite number. */
    public double number(String key) {
        return finite(value(key), key);
    }

    public boolean flag(String key) {
        return as(Boolean.class, value(key), key);
    }

    public String text(String key) {
        return as(String.class, value(key), key);
    }

    /** The fields of a map. */
    public PlainFields fields(String key) {
        return new PlainFields(as(Map.class, value(key), key));
    }

    /** A map, such as the state of a part. */
    public Map<String, Object> map(String key) {
        PlainFields of = fields(key);
        Map<String, Object> map = new LinkedHashMap<>();
        of.names().forEach(name -> map.put(name, of.value(name)));
        return map;
    }

    public List<?> list(String key) {
        return as(List.class, value(key), key);
    }

    public List<String> texts(String key) {
        return list(key).stream().map(x -> as(String.class, x, key)).toList();
    }

    /** A list of numbers, NaN and infinite ones too, each rounded to a float. */
    public float[] floats(String key) {
        List<?> list = list(key);
        float[] numbers = new float[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = as(Number.class, list.get(i), key).floatValue();
        }
        return numbers;
    }

    /** A list of numbers, NaN and infinite ones too. */
    public double[] doubles(String key) {
        return list(key).stream()
                .mapToDouble(x -> as(Number.class, x, key).doubleValue())
                .toArray();
    }

    /** A list of finite numbers. */
    public double[] finiteDoubles(String key) {
        return list(key).stream().mapToDouble(x -> finite(x, key)).toArray();
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

    private static double finite(@Nullable Object value, String key) {
        double number = as(Number.class, value, key).doubleValue();
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("expected a finite number at '" + key + "', found " + number);
        }
        return number;
    }

    private static <T> T as(Class<T> kind, @Nullable Object value, String key) {
        if (!kind.isInstance(value)) {
            throw new IllegalArgumentException("expected " + called(kind) + " at '" + key + "', found "
                    + (value == null ? "none" : called(value.getClass())));
        }
        return kind.cast(value);
    }

    /** What a kind of plain data is called by who does not know Java. */
    private static String called(Class<?> kind) {
        return Map.class.isAssignableFrom(kind)
                ? "an object"
                : List.class.isAssignableFrom(kind)
                        ? "a list"
                        : Number.class.isAssignableFrom(kind)
                                ? "a number"
                                : kind == String.class
                                        ? "a text"
                                        : kind == Boolean.class ? "true or false" : "something else";
    }
}
