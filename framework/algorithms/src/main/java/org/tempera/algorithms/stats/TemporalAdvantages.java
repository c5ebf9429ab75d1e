package org.tempera.algorithms.stats;

/** Advantages of every denoising step: what was earned from it beyond what the critic expected there. */
public final class TemporalAdvantages {
    private static final double EPSILON = 1e-8;

    private TemporalAdvantages() {}

    /**
     * Return minus value (the paper's "temporal reward").
     *
     * @param returns {@code [sample][step]}
     * @param values the critic's, of the state before the step, {@code [sample][step]}
     */
    public static double[][] compute(double[][] returns, double[][] values) {
        int steps = Axes.steps("returns", returns);
        Axes.requireShape("values", values, returns.length, steps);
        double[][] out = new double[returns.length][steps];
        for (int i = 0; i < out.length; i++) {
            for (int t = 0; t < steps; t++) {
                out[i][t] = returns[i][t] - values[i][t];
            }
        }
        return out;
    }

    /**
     * Subtracts the mean over all steps of the samples that are not skipped, then divides by their population deviation
     * + 1e-8.
     *
     * @param advantages {@code [sample][step]}
     * @param skipped {@code [sample]}
     */
    public static double[][] normalise(double[][] advantages, boolean[] skipped) {
        int steps = Axes.steps("advantages", advantages);
        Axes.requireLength("skipped", skipped.length, advantages.length);
        RunningMoments moments = new RunningMoments();
        for (int i = 0; i < advantages.length; i++) {
            if (!skipped[i]) {
                moments.addAll(advantages[i]);
            }
        }
        double scale = moments.populationDeviation() + EPSILON;
        double[][] out = new double[advantages.length][steps];
        for (int i = 0; i < out.length; i++) {
            for (int t = 0; t < steps; t++) {
                out[i][t] = (advantages[i][t] - moments.mean()) / scale;
            }
        }
        return out;
    }
}
