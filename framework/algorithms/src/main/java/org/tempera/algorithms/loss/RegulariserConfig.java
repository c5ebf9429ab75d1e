package org.tempera.algorithms.loss;

import org.tempera.spi.Doc;
import org.tempera.spi.FormerKey;
import org.tempera.spi.Require;

/** Keys of every algorithm whose loss may hold the policy near the reference policy. */
public record RegulariserConfig(
        @Doc("Factor of each step's KL divergence from the reference policy in the loss, in closed form and measured as"
                        + " log-prob says; 0 is none, and saves a pass through the reference policy.")
                @FormerKey("kl.loss")
                double klLoss) {
    public RegulariserConfig {
        Require.that(klLoss >= 0, "kl-loss", "0 (none) or more", klLoss);
    }

    /** The policy is free to go. */
    public static RegulariserConfig none() {
        return new RegulariserConfig(0);
    }

    /** Whether the loss has the term at all. */
    public boolean isNone() {
        return klLoss == 0;
    }
}
