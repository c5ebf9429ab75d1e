package org.tempera.record.statistics;

import java.util.Arrays;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** Spearman's correlation: Pearson's of the ranks, where equal numbers share the mean of their ranks. */
public final class RankCorrelation {
    private RankCorrelation() {}

    /**
     * The correlation, -1 to 1; NaN of fewer than two pairs, or where all of x or all of y are equal.
     *
     * @throws IllegalArgumentException if the numbers are not as many, or one is not finite
     */
    public static double of(double[] x, double[] y) {
        Checked.finite("x", x, 0);
        Checked.finite("y", y, 0);
        Checked.alike("x", x, "y", y);
        return x.length < 2 ? Double.NaN : new SpearmansCorrelation().correlation(withOneZero(x), withOneZero(y));
    }

    /** 0 and -0 are equal, and share a rank; the library tells them apart. */
    private static double[] withOneZero(double[] numbers) {
        return Arrays.stream(numbers).map(x -> x + 0.0).toArray();
    }
}
