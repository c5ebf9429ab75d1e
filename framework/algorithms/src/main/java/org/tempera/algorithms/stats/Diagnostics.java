package org.tempera.algorithms.stats;

/** Numbers that say how an update went; the names are those of Stable-Baselines3's logger. */
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

    /**
     * Estimate of KL(old | new) in nats from samples of the old policy: mean of (r - 1) - log r, never negative
     * (Schulman, "Approximating KL divergence", 2020, estimator k3).
     *
     * @param logProb under the new policy, nats
     * @param oldLogProb under the policy that sampled, nats
     */
    public static double approxKl(double[] logProb, double[] oldLogProb) {
        Axes.requireLength("old log-probabilities", oldLogProb.length, logProb.length);
        double sum = 0;
        for (int i = 0; i < logProb.length; i++) {
            double logRatio = logProb[i] - oldLogProb[i];
            sum += Math.expm1(logRatio) - logRatio;
        }
        return sum / logProb.length;
    }

    /** Share of ratios further than {@code clipRange} from 1, whatever the advantage. */
    public static double clipFraction(double[] logProb, double[] oldLogProb, double clipRange) {
        Axes.requireLength("old log-probabilities", oldLogProb.length, logProb.length);
        int clipped = 0;
        for (int i = 0; i < logProb.length; i++) {
            if (Math.abs(Math.expm1(logProb[i] - oldLogProb[i])) > clipRange) {
                clipped++;
            }
        }
        return (double) clipped / logProb.length;
    }

    /**
     * Share of samples whose gradient the clip removes: the ratio left the range on the side that the advantage favours.
     * TDPO's published code logs this one.
     */
    public static double bindingClipFraction(
            double[] logProb, double[] oldLogProb, double[] advantages, double clipRange) {
        Axes.requireLength("old log-probabilities", oldLogProb.length, logProb.length);
        Axes.requireLength("advantages", advantages.length, logProb.length);
        int clipped = 0;
        for (int i = 0; i < logProb.length; i++) {
            double excess = Math.expm1(logProb[i] - oldLogProb[i]);
            if ((advantages[i] > 0 && excess > clipRange) || (advantages[i] < 0 && excess < -clipRange)) {
                clipped++;
            }
        }
        return (double) clipped / logProb.length;
    }
}
