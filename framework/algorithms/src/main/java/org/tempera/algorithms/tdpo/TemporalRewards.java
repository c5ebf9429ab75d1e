package org.tempera.algorithms.tdpo;

import org.tempera.algorithms.stats.Axes;

/**
 * Rewards of every denoising step, of which returns are made.
 *
 * <p>The reward comes with the last step; a KL penalty is paid at the step that causes it: r_t = -c * penalty_t, and
 * besides the reward at the last step. Axis {@code step} is in sampling order, 0 the noisiest.
 */
public final class TemporalRewards {
    private TemporalRewards() {}

    /**
     * What each step earns.
     *
     * @param rewards normalised, {@code [sample]}
     * @param penalties {@code [sample][step]}, see {@link org.tempera.algorithms.kl.KlTerm}
     * @param coefficient what a penalty is multiplied with, not negative
     * @return {@code [sample][step]}
     */
    public static double[][] compute(double[] rewards, double[][] penalties, double coefficient) {
        int steps = Axes.steps("penalties", penalties);
        Axes.requireShape("penalties", penalties, rewards.length, steps);
        if (!(coefficient >= 0)) {
            throw new IllegalArgumentException("the KL coefficient must not be negative, found " + coefficient);
        }
        double[][] earned = new double[rewards.length][steps];
        for (int i = 0; i < rewards.length; i++) {
            for (int t = 0; t < steps; t++) {
                earned[i][t] = (t == steps - 1 ? rewards[i] : 0) - coefficient * penalties[i][t];
            }
        }
        return earned;
    }
}
