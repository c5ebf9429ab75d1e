package org.tempera.core.config;

import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.algorithm.DecayKind;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.FollowUnit;

/** Block {@code reference}: the policy that a divergence is measured to. */
public record ReferenceSettings(
        @Doc(
                        value =
                                "Whether the reference is a copy of the policy that follows it; otherwise it is the policy"
                                        + " before training.",
                        measures = false)
                boolean moves,
        @ReadWhere(key = "moves", is = "true") @Doc(value = "How the copy follows the policy.", measures = false)
                FollowSettings follow) {
    /** A reference that stays; one that moves is the policy of every fifteenth epoch. */
    public static ReferenceSettings defaults() {
        return new ReferenceSettings(false, new FollowSettings(DecayKind.CONSTANT, 0, 0.001, 0, 15, FollowUnit.EPOCHS));
    }
}
