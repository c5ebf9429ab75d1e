package org.tempera.record.verdict;

import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * A mean with Student's two-sided interval.
 *
 * @param mean NaN without samples
 * @param lower end of the interval; negative infinity with fewer than two samples
 * @param upper end of the interval; infinity with fewer than two samples
 * @param samples how many finite numbers went in
 */
public record Estimate(double mean, double lower, double upper, int samples) {
    /** Confidence of intervals that are not corrected for choosing. */
    public static final double CONFIDENCE = 0.95;

    /** Sums of some thousand numbers in double precision are as exact as that. */
    private static final double ROUNDING = 1e-9;

    /** The mean of the finite ones of these numbers. */
    public static Estimate ofMean(double[] numbers, double confidence) {
        double[] finite = finite(numbers);
        int n = finite.length;
        if (n == 0) {
            return new Estimate(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0);
        }
        double mean = new Mean().evaluate(finite);
        if (n == 1) {
            return new Estimate(mean, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1);
        }
        double t = new TDistribution(null, n - 1).inverseCumulativeProbability(0.5 + confidence / 2);
        double half = t * new StandardDeviation().evaluate(finite) / Math.sqrt(n);
        return new Estimate(mean, mean - half, mean + half, n);
    }

    /** The mean alone of the finite ones of these numbers; NaN if there are none. */
    static double mean(double[] numbers) {
        double[] finite = finite(numbers);
        return finite.length == 0 ? Double.NaN : new Mean().evaluate(finite);
    }

    /** The mean of {@code after - before}, pair by pair; pairs of which one is not finite are left out. */
    public static Estimate ofChange(double[] before, double[] after, double confidence) {
        double[] change = new double[before.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = after[i] - before[i];
        }
        return ofMean(change, confidence);
    }

    /** Standard deviation of the finite ones of these numbers; 0 with fewer than two. */
    public static double deviation(double[] numbers) {
        double[] finite = finite(numbers);
        return finite.length < 2 ? 0 : new StandardDeviation().evaluate(finite);
    }

    private static double[] finite(double[] numbers) {
        for (double x : numbers) {
            if (!Double.isFinite(x)) {
                return Arrays.stream(numbers).filter(Double::isFinite).toArray();
            }
        }
        return numbers;
    }

    /** Whether the whole interval lies above 0. */
    public boolean isAbove0() {
        return lower > 0;
    }

    /** Whether the whole interval lies below 0. */
    public boolean isBelow0() {
        return upper < 0;
    }

    /** Whether the whole interval lies above a number. */
    public boolean isAbove(double number) {
        return lower > number;
    }

    /** Whether the whole interval lies below a number. */
    public boolean isBelow(double number) {
        return upper < number;
    }

    /** Such as {@code 0.41 [0.38, 0.44]}. */
    @Override
    public String toString() {
        return Double.isFinite(lower) ? shownMean() + " [" + number(lower) + ", " + number(upper) + "]" : number(mean);
    }

    /** The mean as text: 0 where it is that but for rounding, which the interval's width tells. */
    public String shownMean() {
        return number(rounded());
    }

    /** The mean: 0 where it is that but for rounding. */
    public double rounded() {
        return Double.isFinite(lower) && Math.abs(mean) < ROUNDING * (upper - lower) ? 0 : mean;
    }

    /** Such as {@code +0.12 [+0.08, +0.16]}. */
    public String signed() {
        return Double.isFinite(lower) ? sign(rounded()) + " [" + sign(lower) + ", " + sign(upper) + "]" : sign(mean);
    }

    private static String sign(double x) {
        return (x >= 0 ? "+" : "") + number(x);
    }

    /** Three significant digits or so, without exponents for what rewards usually are. */
    public static String number(double x) {
        if (!Double.isFinite(x)) {
            return Double.isNaN(x) ? "n/a" : x > 0 ? "inf" : "-inf";
        }
        double a = Math.abs(x);
        if (a != 0 && (a < 1e-4 || a >= 1e6)) {
            return String.format(Locale.ROOT, "%.2e", x);
        }
        String format = a >= 100 ? "%.1f" : a >= 10 ? "%.2f" : a >= 1e-3 || a == 0 ? "%.3f" : "%.4f";
        return String.format(Locale.ROOT, format, x == 0 ? 0.0 : x);
    }
}
