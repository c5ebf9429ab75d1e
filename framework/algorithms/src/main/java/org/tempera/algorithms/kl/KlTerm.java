package org.tempera.algorithms.kl;

import org.tempera.algorithms.stats.Axes;

/**
 * A KL penalty of the steps taken.
 *
 * @param coefficient multiplied with the controller's factor
 */
public record KlTerm(KlPenalty penalty, double coefficient, KlController controller) {
    /**
     * What an epoch's steps cost.
     *
     * @param penalties of each step, {@code [sample][step]}
     * @param factor what they are multiplied with in this epoch
     * @param meanKl see {@link KlTerm#meanKl}
     */
    @SuppressWarnings("ArrayRecordComponent") // not copied, compared with none
    public record Epoch(double[][] penalties, double factor, double meanKl) {}

    /** Penalties of an epoch's steps; the controller is updated for the next epoch. */
    public Epoch take(LogProbs steps) {
        double[][] penalties = penalties(penalty, steps);
        double factor = coefficient * controller.value();
        double meanKl = meanKl(steps);
        controller.update(meanKl, penalties.length);
        return new Epoch(penalties, factor, meanKl);
    }

    private static double[][] penalties(KlPenalty penalty, LogProbs of) {
        double[][] policy = of.policy();
        int steps = Axes.steps("log-probabilities", policy);
        Axes.requireShape("reference log-probabilities", of.reference(), policy.length, steps);
        double[][] out = new double[policy.length][steps];
        for (int i = 0; i < out.length; i++) {
            for (int t = 0; t < steps; t++) {
                out[i][t] = penalty.of(policy[i][t], of.reference()[i][t]);
            }
        }
        return out;
    }

    /** Mean over samples of the log-ratio summed over timesteps: an estimate of the whole trajectory's KL, nats. */
    public static double meanKl(LogProbs steps) {
        double[][] d = penalties(KlPenalty.KL, steps);
        double sum = 0;
        for (double v : Axes.flatten(d)) {
            sum += v;
        }
        return sum / d.length;
    }
}
