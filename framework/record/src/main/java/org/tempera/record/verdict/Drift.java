package org.tempera.record.verdict;

/**
 * How a sign stands to what it was before training: the paired change, and how much of it is nothing to tell of.
 *
 * @param change from before training to the present evaluation
 * @param allowed a change that is not above it, up or down, is taken for none
 * @param falls whether a fall counts as well as a rise
 */
public record Drift(Estimate change, double allowed, boolean falls) {
    /** A statistic may change by so many standard deviations between the pictures before training. */
    public static final double DEVIATIONS = 1.5;

    /** Steepness may rise by so much of its mean before training. */
    public static final double RISE = 0.5;

    private static final double ALPHA = 1 - Estimate.CONFIDENCE;

    /**
     * Of a statistic of the pictures.
     *
     * @param base before training, {@code [picture]}
     * @param now of the same prompts and noise
     * @param before how many evaluations there were, at least 1
     * @param statistics how many are watched; the interval is the wider for each (Bonferroni)
     */
    public static Drift ofStatistic(double[] base, double[] now, int before, int statistics) {
        return new Drift(Estimate.ofChange(base, now, 1 - ALPHA / before / statistics), allowedOfStatistic(base), true);
    }

    /** Of the training reward's steepness, whose rise alone counts. */
    public static Drift ofSteepness(double[] base, double[] now, int before) {
        return new Drift(Estimate.ofChange(base, now, 1 - ALPHA / before), allowedOfSteepness(base), false);
    }

    /** By how much a statistic may change. */
    static double allowedOfStatistic(double[] base) {
        return DEVIATIONS * Estimate.deviation(base);
    }

    /** By how much steepness may rise. */
    static double allowedOfSteepness(double[] base) {
        return RISE * Math.max(0, Estimate.mean(base));
    }

    /** Whether a mean change is within what is allowed, so that no interval of it can lie beyond. */
    static boolean isWithin(double[] base, double[] now, double allowed) {
        double[] change = new double[base.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = now[i] - base[i];
        }
        return !(Math.abs(Estimate.mean(change)) > allowed);
    }

    /** Whether the sign has changed by more than that, as far as enough pictures tell. */
    public boolean isClear() {
        return change.samples() >= RunVerdict.MIN_PAIRS
                && (change.lower() > allowed || (falls && change.upper() < -allowed));
    }
}
