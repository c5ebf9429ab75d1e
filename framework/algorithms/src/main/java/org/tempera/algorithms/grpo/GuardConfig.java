package org.tempera.algorithms.grpo;

import java.util.Optional;
import org.tempera.algorithms.loss.GuardedSurrogateLoss;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code guard}: the re-centred ratio. */
public record GuardConfig(
        @Doc(
                        "How far the re-centred ratio may go before the loss stops following: as clip-range, but times the step's standard"
                                + " deviation. Left out: 0.03 under log-prob = sum, 2e-6 under mean.")
                Optional<Double> clipRange) {
    /** As verl-omni has it, per number of the latent. */
    private static final double PER_NUMBER = 2e-6;

    /** The same over the 16,384 numbers of a latent of Stable Diffusion 1. */
    private static final double PER_PICTURE = 0.03;

    public GuardConfig {
        clipRange.ifPresent(c -> Require.that(c > 0, "clip-range", "greater than 0", c));
    }

    GuardedSurrogateLoss loss(LogProbKind kind, double largestRatio) {
        double clip = clipRange.orElse(kind == LogProbKind.SUM ? PER_PICTURE : PER_NUMBER);
        return new GuardedSurrogateLoss(PolicyObjective.clipped(kind, clip, largestRatio));
    }
}
