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
     * @param penalties {@code [sample][step]}, see {@link org.tempera.algorithms.kl.KlTerm}
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
}
