package org.tempera.core.config;

/** How the rewards with {@code role = train} become one number for a sample. */
public enum CombinationRule {
    /** The sum of weight times score. */
    WEIGHTED_SUM,
    /**
     * The weighted mean of the standardised scores, less k times their weighted standard deviation among the rewards.
     */
    MEAN_MINUS_K_STD,
    /** The smallest of the standardised scores. */
    MIN,
    /** The sum of weight times score, each score normalised among the epoch's samples of the same prompt before. */
    NORMALISED_SUM;

    /** Whether scores are standardised whatever {@code normalise} says: unlike scales cannot be compared. */
    public boolean standardises() {
        return this == MEAN_MINUS_K_STD || this == MIN;
    }
}
