package org.tempera.algorithms.constrained;

import org.tempera.algorithms.stats.Axes;

/** The reward that a Lagrangian makes of one that is raised and others that are kept above bounds. */
public final class Lagrangian {
    private Lagrangian() {}

    /**
     * The weighted mean (r + sum of l_k c_k) / (1 + sum of l_k): bounds do not depend on the sample, so that they tell
     * none from another, and the division keeps the size of an update whatever the multipliers are.
     *
     * @param reward standardised, {@code [sample]}
     * @param constraints standardised, higher is better, {@code [constraint][sample]}
     * @param multipliers not negative, {@code [constraint]}
     * @return {@code [sample]}
     */
    public static double[] mix(double[] reward, double[][] constraints, double[] multipliers) {
        Axes.requireLength("multipliers", multipliers.length, constraints.length);
        double[] mixed = reward.clone();
        double weights = 1;
        for (int k = 0; k < constraints.length; k++) {
            Axes.requireLength("scores of a constraint", constraints[k].length, mixed.length);
            weights += multipliers[k];
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] += multipliers[k] * constraints[k][i];
            }
        }
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] /= weights;
        }
        return mixed;
    }
}
