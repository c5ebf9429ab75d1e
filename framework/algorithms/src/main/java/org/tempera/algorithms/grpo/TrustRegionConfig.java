package org.tempera.algorithms.grpo;

import java.util.Optional;
import org.tempera.algorithms.loss.ClippedSurrogateLoss;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.TrustRegionLoss;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code trust-region}: steps that are masked. */
public record TrustRegionConfig(
        @Doc(
                        "Largest KL divergence, in closed form and measured as log-prob says, of a step from the one that was sampled"
                                + " before the loss stops following. Left out: 0.16 under log-prob = sum, 1e-5 under mean.")
                Optional<Double> radius) {
    /** As published, per number of the latent. */
    private static final double PER_NUMBER = 1e-5;

    /** The same over the 16,384 numbers of a latent of Stable Diffusion 1. */
    private static final double PER_PICTURE = 0.16;

    public TrustRegionConfig {
        radius.ifPresent(r -> Require.that(r > 0, "radius", "greater than 0", r));
    }

    TrustRegionLoss loss(LogProbKind kind, double largestRatio) {
        return new TrustRegionLoss(
                radius.orElse(kind == LogProbKind.SUM ? PER_PICTURE : PER_NUMBER),
                ClippedSurrogateLoss.limit(largestRatio));
    }
}
