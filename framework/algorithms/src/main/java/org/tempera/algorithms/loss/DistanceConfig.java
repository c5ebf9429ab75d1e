package org.tempera.algorithms.loss;

import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Key of every algorithm that weighs no steps and may hold the policy near the reference policy. */
public record DistanceConfig(
        @Doc("Factor of the mean square distance of the policy's output from the reference policy's in the loss, at"
                        + " samples that are noised again; 0 is none, and saves a pass through the reference policy.")
                double distanceLoss) {
    public DistanceConfig {
        Require.that(distanceLoss >= 0, "distance-loss", "0 (none) or more", distanceLoss);
    }

    /** The policy is free to go. */
    public static DistanceConfig none() {
        return new DistanceConfig(0);
    }

    /** Whether nothing holds the policy. */
    public boolean isNone() {
        return distanceLoss == 0;
    }

    /** The term of the loss. */
    public DistanceLoss loss() {
        return new DistanceLoss(distanceLoss);
    }
}
