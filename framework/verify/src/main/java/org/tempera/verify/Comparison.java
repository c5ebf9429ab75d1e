package org.tempera.verify;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.tempera.spi.HostTensor;
import org.tempera.spi.verify.OracleValue;

/**
 * The distance of an output from what was expected: {@code max|got - expected| / max(1e-6, max|expected|)}. Integers
 * must be equal; NaN, infinity or another shape differ whatever the tolerance.
 *
 * @param error infinite for another shape, NaN where a number is none
 * @param fails whatever the tolerance
 * @param difference where it is largest and what stands there
 */
record Comparison(double error, boolean fails, String difference) {
    /** Nothing differs. */
    static final Comparison EQUAL = new Comparison(0, false, "");

    private static final double FLOOR = 1e-6;

    boolean within(double tolerance) {
        return !fails && error <= tolerance;
    }

    /** What fails whatever the tolerance. */
    static Comparison failure(double error, String difference) {
        return new Comparison(error, true, difference);
    }

    /** The worse of two: one that fails in any case, else the one with the larger error. */
    Comparison worse(Comparison other) {
        if (fails != other.fails) {
            return fails ? this : other;
        }
        return other.error > error ? other : this;
    }

    static Comparison of(String output, OracleValue got, OracleValue expected) {
        if (expected instanceof OracleValue.Integers want) {
            return got instanceof OracleValue.Integers found
                    ? integers(output, found, want)
                    : wholeFloats(output, ((OracleValue.Floats) got).tensor(), want);
        }
        HostTensor want = ((OracleValue.Floats) expected).tensor();
        HostTensor found =
                got instanceof OracleValue.Integers i ? OracleTensors.toFloats(i) : ((OracleValue.Floats) got).tensor();
        return floats(output, found, want);
    }

    private static Comparison floats(String output, HostTensor got, HostTensor expected) {
        Optional<Comparison> misshapen = misshapen(output, got.shape(), expected.shape());
        if (misshapen.isPresent()) {
            return misshapen.get();
        }
        double largest = 0;
        for (int i = 0; i < expected.size(); i++) {
            if (!Float.isFinite(got.get(i)) || !Float.isFinite(expected.get(i))) {
                return failure(
                        Double.NaN,
                        "not finite at " + at(output, expected.shape(), i) + ": got " + got.get(i) + ", expected "
                                + expected.get(i));
            }
            largest = Math.max(largest, Math.abs(expected.get(i)));
        }
        int worst = 0;
        double difference = 0;
        for (int i = 0; i < expected.size(); i++) {
            double d = Math.abs((double) got.get(i) - expected.get(i));
            if (d > difference) {
                difference = d;
                worst = i;
            }
        }
        if (expected.size() == 0) {
            return EQUAL;
        }
        return new Comparison(
                difference / Math.max(FLOOR, largest),
                false,
                "worst at " + at(output, expected.shape(), worst) + ": " + pair(got.get(worst), expected.get(worst)));
    }

    private static Comparison integers(String output, OracleValue.Integers got, OracleValue.Integers expected) {
        Optional<Comparison> misshapen = misshapen(output, got.shape(), expected.shape());
        if (misshapen.isPresent()) {
            return misshapen.get();
        }
        int different = 0;
        int worst = -1;
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < expected.data().length; i++) {
            double d = Math.abs((double) got.data()[i] - expected.data()[i]);
            largest = Math.max(largest, Math.abs((double) expected.data()[i]));
            if (got.data()[i] != expected.data()[i]) {
                different++;
                if (worst < 0 || d > difference) {
                    difference = d;
                    worst = i;
                }
            }
        }
        if (worst < 0) {
            return EQUAL;
        }
        return failure(
                difference / Math.max(FLOOR, largest),
                different + " of " + expected.data().length + " integers differ, worst at "
                        + at(output, expected.shape(), worst) + ": got " + got.data()[worst] + ", expected "
                        + expected.data()[worst]);
    }

    private static Comparison wholeFloats(String output, HostTensor got, OracleValue.Integers expected) {
        long[] whole = new long[got.size()];
        for (int i = 0; i < whole.length; i++) {
            if (got.get(i) != Math.rint(got.get(i)) || Float.isInfinite(got.get(i))) {
                return failure(
                        Double.NaN, "expected integers, got " + got.get(i) + " at " + at(output, got.shape(), i));
            }
            whole[i] = (long) got.get(i);
        }
        return integers(output, new OracleValue.Integers(whole, got.shape()), expected);
    }

    private static Optional<Comparison> misshapen(String output, int[] got, int[] expected) {
        return Arrays.equals(got, expected)
                ? Optional.empty()
                : Optional.of(failure(
                        Double.POSITIVE_INFINITY,
                        output + " has shape " + Arrays.toString(got) + ", expected " + Arrays.toString(expected)));
    }

    /** {@code image[0,2,17,3]}. */
    private static String at(String output, int[] shape, int flat) {
        int[] index = new int[shape.length];
        int rest = flat;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return output + Arrays.toString(index).replace(" ", "");
    }

    /** Both numbers with as few digits as show that they differ. */
    private static String pair(float got, float expected) {
        for (int digits = 3; digits < 9; digits++) {
            String g = digits(got, digits);
            String e = digits(expected, digits);
            if (!g.equals(e)) {
                return "got " + g + ", expected " + e;
            }
        }
        return "got " + got + ", expected " + expected;
    }

    private static String digits(float value, int digits) {
        double magnitude = Math.abs(value);
        if (value == 0 || (magnitude >= 1e-3 && magnitude < 1e6)) {
            int before = value == 0 ? 1 : (int) Math.floor(Math.log10(magnitude)) + 1;
            return String.format(Locale.ROOT, "%." + Math.max(0, digits - before) + "f", value);
        }
        return String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
    }
}
