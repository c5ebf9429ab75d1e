package org.tempera.algorithms.tdpo;

import org.tempera.algorithms.stats.Axes;

/**
 * Returns of every denoising step: what is still to be earned from there.
 *
 * <p>The reward comes with the last step; a KL penalty is paid at the step that causes it. G_t = r_t - c * penalty_t +
 * gamma * G_(t+1), r_t being zero before the last step. Axis {@code step} is in sampling order, 0 the noisiest.
 */
public final class TemporalReturns {
    private TemporalReturns() {}

    /**
     * Returns without a penalty: the reward, discounted by the steps that remain.
     *
     * @param rewards normalised, {@code [sample]}
     * @return {@code [sample][step]}
     */
    public static double[][] compute(double[] rewards, int steps, double gamma) {
        return compute(rewards, new double[rewards.length][steps], 0, gamma);
    }

    /**
     * Returns with a penalty.
     *
     * @param rewards normalised, {@code [sample]}
     * @param penalties {@code [sample][step]}, see {@link #penalties}
     * @param coefficient what a penalty is multiplied with, not negative
     * @param gamma discount of a step, in [0, 1]
     * @return {@code [sample][step]}
     */
    public static double[][] compute(double[] rewards, double[][] penalties, double coefficient, double gamma) {
        int steps = Axes.steps("penalties", penalties);
        Axes.requireShape("penalties", penalties, rewards.length, steps);
        if (!(gamma >= 0 && gamma <= 1)) {
            throw new IllegalArgumentException("gamma must be in [0, 1], found " + gamma);
        }
        if (!(coefficient >= 0)) {
            throw new IllegalArgumentException("the KL coefficient must not be negative, found " + coefficient);
        }
        double[][] returns = new double[rewards.length][steps];
        for (int i = 0; i < rewards.length; i++) {
            double next = 0;
            for (int t = steps - 1; t >= 0; t--) {
                double reward = t == steps - 1 ? rewards[i] : 0;
                next = reward - coefficient * penalties[i][t] + gamma * next;
                returns[i][t] = next;
            }
        }
        return returns;
    }

    /**
     * The penalty of every step.
     *
     * @param logProb under the sampling policy, {@code [sample][step]}
     * @param referenceLogProb of the same steps under the reference policy, {@code [sample][step]}
     */
    public static double[][] penalties(KlPenalty penalty, double[][] logProb, double[][] referenceLogProb) {
        int steps = Axes.steps("log-probabilities", logProb);
        Axes.requireShape("reference log-probabilities", referenceLogProb, logProb.length, steps);
        double[][] out = new double[logProb.length][steps];
        for (int i = 0; i < out.length; i++) {
            for (int t = 0; t < steps; t++) {
                out[i][t] = penalty.of(logProb[i][t], referenceLogProb[i][t]);
            }
        }
        return out;
    }

    /** Mean over samples of the log-ratio summed over timesteps: an estimate of the whole trajectory's KL, nats. */
    public static double meanKl(double[][] logProb, double[][] referenceLogProb) {
        double[][] d = penalties(KlPenalty.KL, logProb, referenceLogProb);
        double sum = 0;
        for (double v : Axes.flatten(d)) {
            sum += v;
        }
        return sum / d.length;
    }
}
