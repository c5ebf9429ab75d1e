package org.tempera.record.verdict;

/**
 * How a score stood above the first evaluation where it was best after it: the paired change, whose interval allows for
 * that evaluation's having been chosen as the best of them. Whether it fell again afterwards is of no account.
 *
 * @param change from the first evaluation to the best of the later ones; 0 where there is no later one
 * @param confidence of its interval, 1 - 0.05 / later evaluations (Bonferroni)
 */
public record Rise(Estimate change, double confidence) {
    private static final double ALPHA = 1 - Estimate.CONFIDENCE;

    /** Of a score of at least one evaluation. */
    public static Rise of(ScoreSeries series) {
        int best = series.best(series.evaluations() > 1 ? 1 : 0, series.evaluations());
        double confidence = 1 - ALPHA / Math.max(1, series.evaluations() - 1);
        return new Rise(
                Estimate.ofChange(series.scores().get(0), series.scores().get(best), confidence), confidence);
    }

    /** Whether it has risen, at whichever evaluation. */
    public boolean isClear() {
        return change.isAbove0();
    }
}
