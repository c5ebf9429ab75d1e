package org.tempera.algorithms.d3po;

import java.util.Optional;
import org.tempera.algorithms.loss.ClipRange;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.stats.PairsConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.Require;

/** Block {@code algorithm.d3po}. */
public record D3poConfig(
        @Inline StepwiseConfig update,
        @Inline PairsConfig pairs,
        @Doc(
                        "How closely the policy keeps to the reference: the larger, the closer. A factor of a step's log-ratios, which"
                                + " are measured as log-prob says.")
                double beta,
        @Doc("sum: log-probabilities in nats per picture; mean: per number of the latent, as published.")
                LogProbKind logProb,
        @Doc(
                        "How far a step may become likelier or less likely than under the reference before the loss stops following: in"
                                + " nats per picture under log-prob = sum, no limit if left out; under mean the ratio stays in"
                                + " [1-c, 1+c], 0.1 if left out.")
                Optional<Double> clipRange) {
    /** The published clip range, per number of the latent. */
    private static final double CLIP_PER_NUMBER = 0.1;

    public D3poConfig {
        Require.that(beta > 0, "beta", "greater than 0", beta);
        clipRange.ifPresent(c -> Require.that(c > 0, "clip-range", "greater than 0", c));
        if (logProb == LogProbKind.MEAN) {
            clipRange.ifPresent(c -> Require.that(c < 1, "clip-range", "less than 1 under log-prob = mean", c));
        }
    }

    /** Four pairs in a micro-batch; the published beta, in nats. */
    public static D3poConfig defaults() {
        return new D3poConfig(
                StepwiseConfig.defaults(), PairsConfig.defaults(), 0.1, LogProbKind.SUM, Optional.empty());
    }

    Optional<ClipRange> clip() {
        return logProb == LogProbKind.SUM
                ? clipRange.map(ClipRange::ofNats)
                : Optional.of(ClipRange.ofRatio(clipRange.orElse(CLIP_PER_NUMBER)));
    }
}
