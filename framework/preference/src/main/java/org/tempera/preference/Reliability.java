package org.tempera.preference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How well predicted choices agree with those that were made.
 *
 * @param accuracy share of choices, ties left out, whose more probable picture was chosen; NaN without choices
 * @param lower end of its Wilson interval of 95 %
 * @param upper end of its Wilson interval of 95 %
 * @param logLoss mean of {@code -log P(choice)} in nats, ties included; a coin has 0.693
 * @param calibrationError mean over choices, ties left out, of the distance of a bin's accuracy from its mean
 *     confidence (ECE)
 * @param bins of confidence, from 0.5 to 1 in steps of 0.1; empty ones are left out
 * @param choices how many, ties left out
 * @param ties how many
 */
public record Reliability(
        double accuracy,
        double lower,
        double upper,
        double logLoss,
        double calibrationError,
        List<Bin> bins,
        int choices,
        int ties) {
    private static final int BINS = 5;
    private static final double CONFIDENCE = 0.95;

    /**
     * Choices of which one picture was about as probable.
     *
     * @param from least confidence, the probability of the more probable picture
     * @param confidence the mean
     * @param lower end of the accuracy's Wilson interval
     * @param upper end of the accuracy's Wilson interval
     */
    public record Bin(
            double from, double to, int choices, double confidence, double accuracy, double lower, double upper) {}

    /** In one line, without the bins. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "on %d held-out choices: accuracy %.3f [%.3f, %.3f], log loss %.3f (a coin: 0.693), calibration error %.3f",
                choices,
                accuracy,
                lower,
                upper,
                logLoss,
                calibrationError);
    }

    /**
     * Compares predictions with choices.
     *
     * @param scoreDifferences log-odds of the first picture
     * @param firstChosen 1, 0, or 0.5 for a tie
     */
    public static Reliability of(double[] scoreDifferences, double[] firstChosen) {
        double loss = 0;
        int ties = 0;
        int[] counts = new int[BINS];
        double[] right = new double[BINS];
        double[] confidences = new double[BINS];
        for (int i = 0; i < firstChosen.length; i++) {
            double s = scoreDifferences[i];
            loss += BradleyTerry.loss(s, firstChosen[i]) / firstChosen.length;
            if (firstChosen[i] == 0.5) {
                ties++;
                continue;
            }
            double confidence = BradleyTerry.probability(Math.abs(s));
            int bin = Math.min(BINS - 1, (int) ((confidence - .5) * 2 * BINS));
            counts[bin]++;
            confidences[bin] += confidence;
            right[bin] += s == 0 ? 0.5 : (s > 0) == (firstChosen[i] == 1) ? 1 : 0;
        }
        int n = firstChosen.length - ties;
        double allRight = 0;
        double error = 0;
        List<Bin> bins = new ArrayList<>();
        for (int b = 0; b < BINS; b++) {
            allRight += right[b];
            if (counts[b] > 0) {
                double accuracy = right[b] / counts[b];
                double confidence = confidences[b] / counts[b];
                error += counts[b] * Math.abs(accuracy - confidence) / n;
                double[] w = wilson(accuracy, counts[b]);
                bins.add(new Bin((5 + b) / 10.0, (6 + b) / 10.0, counts[b], confidence, accuracy, w[0], w[1]));
            }
        }
        double accuracy = n == 0 ? Double.NaN : allRight / n;
        double[] w = n == 0 ? new double[] {0, 1} : wilson(accuracy, n);
        return new Reliability(accuracy, w[0], w[1], loss, n == 0 ? Double.NaN : error, List.copyOf(bins), n, ties);
    }

    /** Wilson's interval (1927) of a share. */
    static double[] wilson(double share, int n) {
        double z = new NormalDistribution(null, 0, 1).inverseCumulativeProbability(0.5 + CONFIDENCE / 2);
        double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
        double half = z / (1 + z * z / n) * Math.sqrt(share * (1 - share) / n + z * z / (4.0 * n * n));
        return new double[] {Math.max(0, centre - half), Math.min(1, centre + half)};
    }
}
