package org.tempera.core.config;

import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code combination}. */
public record CombinationSettings(
        @Doc(
                        "weighted-sum: the sum of weight times score; mean-minus-k-std: the weighted mean of the standardised scores less"
                                + " k of their standard deviations, so that what the rewards disagree on counts little; min: the"
                                + " smallest standardised score; normalised-sum: the sum of weight times score, each score less the"
                                + " mean and over the deviation of the epoch's samples of the same prompt, so that no reward drowns"
                                + " another.")
                CombinationRule rule,
        @ReadWhere(key = "rule", is = "mean-minus-k-std") @Doc("Deviations that are taken off; 0 is the weighted mean.")
                double k) {
    public CombinationSettings {
        Require.that(Double.isFinite(k) && k >= 0, "k", "0 or more", k);
    }

    public static CombinationSettings defaults() {
        return new CombinationSettings(CombinationRule.WEIGHTED_SUM, 1.0);
    }
}
