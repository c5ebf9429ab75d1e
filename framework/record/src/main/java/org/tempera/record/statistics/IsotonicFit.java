package org.tempera.record.statistics;

import java.util.Arrays;

/** The non-decreasing weighted least-squares fit to a series, by pooling adjacent violators (Ayer et al., 1955). */
public final class IsotonicFit {
    private IsotonicFit() {}

    /**
     * The fit, as many numbers as {@code y}.
     *
     * @param weights of the numbers, 0 or more; one of weight 0 takes its neighbours' value where it would break the
     *     order, and its own elsewhere
     * @throws IllegalArgumentException if a number or weight is not finite, or a weight is below 0
     */
    public static double[] of(double[] y, double[] weights) {
        Checked.finite("y", y, 0);
        Checked.finite("weights", weights, 0);
        Checked.alike("y", y, "weights", weights);
        // Blocks of equal fitted value: mean, weight, and where each ends.
        double[] mean = new double[y.length];
        double[] weight = new double[y.length];
        int[] end = new int[y.length];
        int blocks = 0;
        for (int i = 0; i < y.length; i++) {
            if (weights[i] < 0) {
                throw new IllegalArgumentException("weights: expected 0 or more, found " + weights[i]);
            }
            mean[blocks] = y[i];
            weight[blocks] = weights[i];
            end[blocks++] = i + 1;
            while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
                blocks--;
                double sum = weight[blocks - 1] + weight[blocks];
                double share = sum > 0 ? weight[blocks] / sum : 0.5;
                mean[blocks - 1] += share * (mean[blocks] - mean[blocks - 1]);
                weight[blocks - 1] = sum;
                end[blocks - 1] = end[blocks];
            }
        }
        double[] fit = new double[y.length];
        int from = 0;
        for (int block = 0; block < blocks; block++) {
            Arrays.fill(fit, from, end[block], mean[block]);
            from = end[block];
        }
        return fit;
    }

    /** The fit where every number weighs the same. */
    public static double[] of(double[] y) {
        double[] weights = new double[y.length];
        Arrays.fill(weights, 1);
        return of(y, weights);
    }
}
