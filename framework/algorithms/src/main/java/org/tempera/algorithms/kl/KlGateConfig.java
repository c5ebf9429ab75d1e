package org.tempera.algorithms.kl;

import java.util.List;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code kl-gate}: which samples the divergence in the loss falls on. */
public record KlGateConfig(
        @Doc(
                        "Names of rewards that the training reward is compared with, such as logged ones. The divergence then falls"
                                + " on the samples alone on which they disagree most. Empty: on every sample.")
                List<String> against,
        @ReadWhere(key = "against")
                @Doc(
                        "Which disagreement it is. training-higher: the training reward ranks the sample higher than the others do;"
                                + " training-lower: lower, which is what GARDO's published code does.")
                Disagreement on,
        @ReadWhere(key = "against")
                @Doc(
                        "Share of the disagreeing samples, those on this side of no difference, that the divergence falls on at"
                                + " first.")
                double share,
        @ReadWhere(key = "against")
                @Doc(
                        "Smallest share: it falls by a tenth after an epoch whose mean disagreement is below those of the 20"
                                + " before, and grows by as much above them.")
                double smallestShare,
        @ReadWhere(key = "against") @Doc("Largest share. Equal to smallest-share and share: the share stays.")
                double largestShare) {
    public KlGateConfig {
        against = List.copyOf(against);
        Require.that(smallestShare > 0, "smallest-share", "greater than 0", smallestShare);
        Require.that(share >= smallestShare && share <= 1, "share", "at least smallest-share and at most 1", share);
        Require.that(
                largestShare >= share && largestShare <= 1,
                "largest-share",
                "at least share and at most 1",
                largestShare);
    }

    /** No gate; the published shares. */
    public static KlGateConfig none() {
        return new KlGateConfig(List.of(), Disagreement.TRAINING_HIGHER, 0.1, 0.02, 0.2);
    }

    /** Whether every sample is held alike. */
    public boolean isNone() {
        return against.isEmpty();
    }

    /** The gate of a run that begins; empty where there is none. */
    public Optional<KlGate> gate() {
        return isNone() ? Optional.empty() : Optional.of(new KlGate(this));
    }
}
