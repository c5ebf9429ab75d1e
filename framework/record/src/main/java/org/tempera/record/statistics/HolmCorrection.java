package org.tempera.record.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Probabilities of error corrected for how many comparisons are made (Holm, 1979, Scandinavian Journal of Statistics
 * 6): the chance that any of those below a level is an error is below that level, whatever their dependence.
 */
public final class HolmCorrection {
    private HolmCorrection() {}

    /**
     * The corrected probabilities, in the order given: of k, the i-th smallest times k - i + 1, at least as large as
     * the one before it, and at most 1.
     *
     * @throws IllegalArgumentException if one is not 0 to 1
     */
    public static double[] of(double[] probabilities) {
        for (double p : probabilities) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("probabilities: expected 0 to 1, found " + p);
            }
        }
        int k = probabilities.length;
        int[] order = IntStream.range(0, k)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> probabilities[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] corrected = new double[k];
        double before = 0;
        for (int i = 0; i < k; i++) {
            before = Math.min(1, Math.max(before, (k - i) * probabilities[order[i]]));
            corrected[order[i]] = before;
        }
        return corrected;
    }
}
