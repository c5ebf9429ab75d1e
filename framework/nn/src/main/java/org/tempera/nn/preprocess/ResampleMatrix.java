package org.tempera.nn.preprocess;

import java.util.Arrays;
import java.util.Optional;

/**
 * Resizing and cropping of one axis as a matrix of Pillow's fixed-point coefficients.
 *
 * <p>An output pixel is {@code clamp((sum_i in_i * coefficient_i + 2^21) >> 22, 0, 255)}: sums of products of 8-bit
 * levels and integers below 2^24, exact in double precision in any order.
 */
final class ResampleMatrix {
    /** Pillow's PRECISION_BITS: 32 less 8 for the levels and 2 for overshoot. */
    static final int PRECISION_BITS = 22;

    /** Bits of the lower of two halves that a coefficient can be taken in. */
    static final int LOW_BITS = 11;

    private static final int ONE = 1 << PRECISION_BITS;

    /** Single precision holds every integer up to it. */
    private static final long EXACT = 1L << 24;

    private static final int LARGEST_LEVEL = 255;

    private final int in;
    private final int out;
    private final int[] coefficients;

    private ResampleMatrix(int in, int out, int[] coefficients) {
        this.in = in;
        this.out = out;
        this.coefficients = coefficients;
    }

    /**
     * Resizes {@code in} pixels to {@code resized} and takes {@code out} of these from {@code first} on, zeros where
     * there are none.
     */
    static ResampleMatrix of(int in, int resized, int out, int first, ResampleFilter filter) {
        if (in == resized && in == out && first == 0) {
            return new ResampleMatrix(in, out, new int[0]); // the identity, which nobody multiplies by
        }
        ResampleMatrix m = new ResampleMatrix(in, out, new int[in * out]);
        for (int o = 0; o < out; o++) {
            int r = first + o;
            if (r >= 0 && r < resized) {
                m.fill(o, r, resized, filter);
            }
        }
        return m;
    }

    private void fill(int column, int target, int resized, ResampleFilter filter) {
        if (in == resized) {
            coefficients[target * out + column] = ONE;
            return;
        }
        double scale = (double) in / resized;
        if (filter == ResampleFilter.NEAREST) {
            // Step by step as Pillow: the sum's rounding decides where a centre falls between two pixels.
            double position = scale * 0.5;
            for (int i = 0; i < target; i++) {
                position += scale;
            }
            int source = (int) position;
            coefficients[Math.min(in - 1, source) * out + column] = ONE;
            return;
        }
        Window window = Window.of(in, target, scale, filter);
        for (int i = 0; i < window.weights.length; i++) {
            double w = window.weights[i];
            // Rounds half away from zero.
            coefficients[(window.from + i) * out + column] = (int) (w * ONE + (w < 0 ? -0.5 : 0.5));
        }
    }

    /**
     * The weights before they are rounded, {@code [in, out]}: resizes {@code in} pixels to {@code resized} and puts
     * these into the middle of {@code out}, zeros around; of an odd number of zeros the larger part comes last.
     */
    static float[] unrounded(int in, int resized, int out, ResampleFilter filter) {
        float[] matrix = new float[in * out];
        int before = (out - resized) / 2;
        for (int r = 0; r < resized; r++) {
            if (in == resized) {
                matrix[r * out + before + r] = 1;
                continue;
            }
            Window window = Window.of(in, r, (double) in / resized, filter);
            for (int i = 0; i < window.weights.length; i++) {
                matrix[(window.from + i) * out + before + r] = (float) window.weights[i];
            }
        }
        return matrix;
    }

    /** The source pixels that one target pixel is made from. @param weights sum to 1 */
    private record Window(int from, double[] weights) {
        static Window of(int in, int target, double scale, ResampleFilter filter) {
            double filterScale = Math.max(1, scale);
            double support = filter.support() * filterScale;
            double center = (target + 0.5) * scale;
            double stretch = 1 / filterScale;
            int from = Math.max(0, (int) (center - support + 0.5));
            int to = Math.min(in, (int) (center + support + 0.5));
            double[] weights = new double[to - from];
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = filter.weight((i + from - center + 0.5) * stretch);
                sum += weights[i];
            }
            for (int i = 0; i < weights.length && sum != 0; i++) {
                weights[i] /= sum;
            }
            return new Window(from, weights);
        }
    }

    int in() {
        return in;
    }

    int out() {
        return out;
    }

    /** Whether it changes nothing. */
    boolean isIdentity() {
        if (in != out) {
            return false;
        }
        if (coefficients.length == 0) {
            return true;
        }
        for (int i = 0; i < in; i++) {
            if (coefficients[i * out + i] != ONE) {
                return false;
            }
        }
        return true;
    }

    /** The coefficients as fractions, exact, {@code [in, out]}. */
    double[] exact() {
        double[] all = new double[coefficients.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (double) coefficients[i] / ONE;
        }
        return all;
    }

    /**
     * The coefficients in two halves, {@code [in, out]}: {@code high + low / 2^11} in units of a level. Sums of levels
     * times the high half are multiples of 2^-11, of the low half multiples of 2^-11 as well, and either are exact in
     * single precision in any order.
     */
    record Halves(float[] high, float[] low) {}

    /** The halves; empty where sums could be inexact, since an output pixel has very many input pixels. */
    Optional<Halves> halves() {
        int unit = 1 << LOW_BITS;
        long[] sums = new long[2 * out];
        Halves h = new Halves(new float[coefficients.length], new float[coefficients.length]);
        for (int i = 0; i < coefficients.length; i++) {
            int high = Math.floorDiv(coefficients[i] + unit / 2, unit);
            int low = coefficients[i] - high * unit;
            sums[2 * (i % out)] += Math.abs(high);
            sums[2 * (i % out) + 1] += Math.abs(low);
            h.high[i] = (float) high / (ONE / unit);
            h.low[i] = (float) low / unit;
        }
        return Arrays.stream(sums).allMatch(s -> s * LARGEST_LEVEL < EXACT) ? Optional.of(h) : Optional.empty();
    }

    /** The coefficients as floats, {@code [in, out]}: for gradients. */
    float[] rounded() {
        float[] all = new float[coefficients.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) ((double) coefficients[i] / ONE);
        }
        return all;
    }
}
