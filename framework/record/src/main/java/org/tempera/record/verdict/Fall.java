package org.tempera.record.verdict;

/**
 * How a score stands below the best of the evaluations before: the paired change since that one, whose interval allows
 * for its having been chosen as the best of them.
 *
 * @param change from the best to the present evaluation
 * @param confidence of its interval, 1 - 0.05 / evaluations before (Bonferroni)
 */
public record Fall(Estimate change, double confidence) {
    private static final double ALPHA = 1 - Estimate.CONFIDENCE;

    /**
     * From the best of the evaluations before.
     *
     * @param best its scores, {@code [sample]}
     * @param now the present ones, of the same samples
     * @param before how many evaluations there were, at least 1
     */
    public static Fall of(double[] best, double[] now, int before) {
        double confidence = 1 - ALPHA / before;
        return new Fall(Estimate.ofChange(best, now, confidence), confidence);
    }

    /** Whether it has fallen, as far as enough samples tell. */
    public boolean isClear() {
        return change.samples() >= RunVerdict.MIN_PAIRS && change.isBelow0();
    }
}
