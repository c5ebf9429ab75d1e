package org.tempera.algorithms.stats;

/** Numbers that say how well a critic predicts. */
public final class Diagnostics {
    private Diagnostics() {}

    /**
     * Share of the returns' variance that the values explain: 1 - Var(return - value) / Var(return). 1 is perfect, 0 is
     * no better than a constant, negative is worse; NaN where the returns do not vary. An offset of all values costs
     * nothing.
     *
     * @param values {@code [sample][step]}
     * @param returns {@code [sample][step]}
     */
    public static double explainedVariance(double[][] values, double[][] returns) {
        int steps = Axes.steps("returns", returns);
        Axes.requireShape("values", values, returns.length, steps);
        RunningMoments of = new RunningMoments();
        RunningMoments residual = new RunningMoments();
        for (int i = 0; i < returns.length; i++) {
            for (int t = 0; t < steps; t++) {
                of.add(returns[i][t]);
                residual.add(returns[i][t] - values[i][t]);
            }
        }
        double variance = of.populationVariance();
        return variance == 0 ? Double.NaN : 1 - residual.populationVariance() / variance;
    }
}
