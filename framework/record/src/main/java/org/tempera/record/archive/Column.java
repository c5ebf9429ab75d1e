package org.tempera.record.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import org.tempera.spi.PlainFields;

/**
 * One number of each of some rows, as plain data: {@code {"digits": 3, "step": 2, "values": [340, 341, "NaN"]}} are
 * 0.68, 0.682 and NaN, which is value times step over 10 to the digits. Where the rows had numbers before, which are
 * mostly near, there may be {@code changes} in place of the values: value less the number before in the same digits and
 * step, rounded to the nearest whole number (halves to the even one); a number before that is missing or not finite
 * counts as 0. Where decimals would not be exact there are no digits, and the values are themselves; where rows have no
 * number, {@code at} has the places of those that have one. Nothing is lost.
 */
final class Column {
    private static final String AT = "at";
    private static final String DIGITS = "digits";
    private static final String STEP = "step";
    private static final String VALUES = "values";
    private static final String CHANGES = "changes";

    private static final int MOST_DIGITS = 15;

    /** Up to here a double holds every whole number. */
    private static final double LARGEST_EXACT = 1L << 53;

    private static final double[] TENS = new double[MOST_DIGITS + 1];

    static {
        TENS[0] = 1;
        for (int i = 1; i < TENS.length; i++) {
            TENS[i] = 10 * TENS[i - 1];
        }
    }

    private Column() {}

    /** What takes a number of a row. */
    interface Taker {
        void take(int row, double value);
    }

    /** The numbers of so many rows as plain data. */
    static Map<String, Object> of(int rows, IntFunction<OptionalDouble> number) {
        return of(rows, number, row -> Double.NaN);
    }

    /**
     * The same of rows that had numbers before.
     *
     * @param before NaN where there was none
     */
    static Map<String, Object> of(int rows, IntFunction<OptionalDouble> number, IntToDoubleFunction before) {
        List<Integer> at = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            OptionalDouble value = number.apply(row);
            if (value.isPresent()) {
                at.add(row);
                values.add(value.getAsDouble());
            }
        }
        Map<String, Object> column = new LinkedHashMap<>();
        if (at.size() < rows) {
            column.put(AT, at);
        }
        int digits = digits(values);
        if (digits < 0) {
            column.put(VALUES, values.stream().map(v -> plain(v, v)).toList());
            return column;
        }
        long step = step(values, digits);
        List<Object> whole = new ArrayList<>();
        List<Object> changes = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            double v = values.get(i);
            long scaled = scaled(v, digits) / step;
            whole.add(plain(v, scaled));
            changes.add(plain(v, scaled - expected(before.applyAsDouble(at.get(i)), digits, step)));
        }
        column.put(DIGITS, digits);
        column.put(STEP, step);
        if (length(changes) < length(whole)) {
            column.put(CHANGES, changes);
        } else {
            column.put(VALUES, whole);
        }
        return column;
    }

    private static Object plain(double value, Object finite) {
        return Double.isFinite(value) ? finite : Double.toString(value);
    }

    private static int length(List<Object> values) {
        return values.stream().mapToInt(v -> v.toString().length()).sum();
    }

    /** What a number is expected to be by that before, in whole steps. */
    private static long expected(double before, int digits, long step) {
        double whole = Math.rint(before * TENS[digits] / step);
        return Math.abs(whole) < LARGEST_EXACT ? (long) whole : 0;
    }

    /** The fewest digits after the point with which all finite numbers are exact; negative where there are none. */
    private static int digits(List<Double> values) {
        int digits = 0;
        for (double v : values) {
            while (Double.isFinite(v) && !isExact(v, digits)) {
                if (++digits > MOST_DIGITS) {
                    return -1;
                }
            }
        }
        int all = digits;
        return values.stream().allMatch(v -> !Double.isFinite(v) || isExact(v, all)) ? digits : -1;
    }

    private static boolean isExact(double v, int digits) {
        double scaled = v * TENS[digits];
        return Math.abs(scaled) < LARGEST_EXACT && Math.rint(scaled) / TENS[digits] == v;
    }

    private static long scaled(double v, int digits) {
        return (long) Math.rint(v * TENS[digits]);
    }

    /** What all whole numbers are multiples of. */
    private static long step(List<Double> values, int digits) {
        long step = 0;
        for (double v : values) {
            if (Double.isFinite(v)) {
                step = divisor(step, Math.abs(scaled(v, digits)));
            }
        }
        return Math.max(1, step);
    }

    private static long divisor(long a, long b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    /**
     * Reads what {@link #of} gave of so many rows.
     *
     * @param before NaN where there was no number before
     * @throws IllegalArgumentException if it is no such thing
     */
    static void read(Object plain, int rows, IntToDoubleFunction before, Taker taker) {
        PlainFields column = PlainFields.of(plain);
        boolean changed = column.has(CHANGES);
        List<?> values = column.list(changed ? CHANGES : VALUES);
        List<?> at = column.has(AT) ? column.list(AT) : List.of();
        int count = column.has(AT) ? at.size() : rows;
        if (values.size() != count || count > rows) {
            throw new IllegalArgumentException("expected " + Math.min(count, rows) + " values, found " + values.size());
        }
        boolean scaled = changed || column.has(DIGITS);
        int digits = scaled ? column.integer(DIGITS) : -1;
        long step = scaled ? column.whole(STEP) : 1;
        if ((scaled && digits < 0) || digits > MOST_DIGITS || step < 1 || step > LARGEST_EXACT) {
            throw new IllegalArgumentException("expected at most " + MOST_DIGITS
                    + " digits and a step of 1 or more, found " + digits + " and " + step);
        }
        int last = -1;
        for (int i = 0; i < count; i++) {
            int row = i;
            if (column.has(AT)) {
                if (!(at.get(i) instanceof Long place) || place <= last || place >= rows) {
                    throw new IllegalArgumentException(
                            "expected ascending places below " + rows + ", found " + at.get(i));
                }
                row = place.intValue();
                last = row;
            }
            long expected = changed ? expected(before.applyAsDouble(row), digits, step) : 0;
            taker.take(row, number(values.get(i), expected, digits, step));
        }
    }

    private static double number(Object value, long expected, int digits, long step) {
        if (value instanceof String name) {
            return switch (name) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> throw new IllegalArgumentException("expected a number, found a text");
            };
        }
        if (digits < 0 && value instanceof Number n && Double.isFinite(n.doubleValue())) {
            return n.doubleValue();
        }
        if (digits < 0
                || !(value instanceof Long whole)
                || Math.abs(((double) whole + expected) * step) > LARGEST_EXACT) {
            throw new IllegalArgumentException("expected whole numbers as values of " + digits + " digits, found "
                    + (value instanceof Number n ? n.toString() : "none"));
        }
        return (whole + expected) * step / TENS[digits];
    }
}
