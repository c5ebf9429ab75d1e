package org.tempera.algorithms.kl;

import org.tempera.algorithms.stats.Axes;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.Rollout;

/**
 * Log-probabilities of the steps that were taken.
 *
 * @param policy under the sampling policy, {@code [sample][step]}
 * @param reference under the reference policy, {@code [sample][step]}
 */
@SuppressWarnings("ArrayRecordComponent") // not copied, compared with none
public record LogProbs(double[][] policy, double[][] reference) {
    /**
     * Those of an epoch, which has both columns.
     *
     * @param divisor what sums over the latent are divided by: 1 for nats per picture, or the latent's size
     */
    public static LogProbs of(EpochColumns epoch, double divisor) {
        return new LogProbs(
                divided(epoch.column(Rollout.LOG_PROB), divisor),
                divided(epoch.column(Rollout.REFERENCE_LOG_PROB), divisor));
    }

    private static double[][] divided(float[][] sums, double divisor) {
        double[][] out = Axes.widen(sums);
        for (double[] row : out) {
            for (int t = 0; t < row.length; t++) {
                row[t] /= divisor;
            }
        }
        return out;
    }
}
