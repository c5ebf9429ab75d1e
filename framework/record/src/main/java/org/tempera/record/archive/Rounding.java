package org.tempera.record.archive;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/** Rounds numbers to decimals: to some significant digits, or to a part of their own deviation. */
public final class Rounding {
    /** Of numbers that do not differ. */
    private static final int DIGITS_OF_EQUALS = 6;

    private static final int DIGITS_AROUND_ONE = 8;
    private static final int MOST_DIGITS = 15;
    private static final double LARGEST_EXACT = 1L << 53;

    private Rounding() {}

    /** A number rounded to so many significant digits; what is not finite stays. */
    public static double significant(double x, int digits) {
        double rounded = Double.isFinite(x)
                ? new BigDecimal(x).round(new MathContext(digits)).doubleValue()
                : x;
        return Double.isFinite(rounded) ? rounded : x;
    }

    /**
     * A number that is read by what it differs from 1 by, of which so many significant digits are kept, down to 1e-8:
     * single precision tells no less from 1. What is not finite stays.
     */
    static double aroundOne(double x, int digits) {
        if (!Double.isFinite(x)) {
            return x;
        }
        BigDecimal difference = new BigDecimal(x).subtract(BigDecimal.ONE).round(new MathContext(digits));
        BigDecimal kept = difference.scale() > DIGITS_AROUND_ONE
                ? difference.setScale(DIGITS_AROUND_ONE, RoundingMode.HALF_EVEN)
                : difference;
        return kept.add(BigDecimal.ONE).doubleValue();
    }

    /**
     * Numbers rounded to multiples of 1, 2 or 5 times a power of ten that is at most their standard deviation over
     * {@code parts}; those that are all equal, to six significant digits.
     */
    static double[] ofDeviation(double[] numbers, int parts) {
        double[] finite = Arrays.stream(numbers).filter(Double::isFinite).toArray();
        double mean = Arrays.stream(finite).average().orElse(0);
        double square = Arrays.stream(finite)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElse(0);
        double unit = Math.sqrt(square) / parts;
        if (!(unit > 1e-12 * Math.abs(mean)) || !Double.isFinite(unit)) {
            return Arrays.stream(numbers)
                    .map(x -> significant(x, DIGITS_OF_EQUALS))
                    .toArray();
        }
        int ten = (int) Math.floor(Math.log10(unit));
        double left = unit / Math.pow(10, ten);
        int times = left >= 5 ? 5 : left >= 2 ? 2 : 1;
        return Arrays.stream(numbers).map(x -> toUnit(x, times, -ten)).toArray();
    }

    /** The multiple of {@code times} over 10 to the {@code digits} that is nearest; the number itself beyond a long. */
    private static double toUnit(double x, int times, int digits) {
        if (!Double.isFinite(x)) {
            return x;
        }
        double ten = Math.pow(10, Math.min(Math.abs(digits), MOST_DIGITS));
        double scaled = digits < 0 ? x / ten / times : x * ten / times;
        if (Math.abs(scaled) * times >= LARGEST_EXACT) {
            return x;
        }
        double whole = Math.rint(scaled) * times;
        return 0.0 + (digits < 0 ? whole * ten : whole / ten); // no negative zero
    }
}
