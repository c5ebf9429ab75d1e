package org.tempera.algorithms.loss;

import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Keys of every algorithm that follows the clipped ratio of a step's probabilities. */
public record SurrogateConfig(
        @Doc(
                        "sum: log-probabilities in nats per picture; mean: per number of the latent, as published. Left out: sum; under"
                                + " tdpo and tdpo-r mean in preset reference.")
                Optional<LogProbKind> logProb,
        @Doc(
                        "How far a step may become likelier or less likely before the loss stops following. Under log-prob = sum in"
                                + " nats per picture, the ratio staying in [e^-c, e^c], 1.6 if left out; under mean the ratio stays"
                                + " in [1-c, 1+c], 1e-4 if left out. c per number is c times the latent's size in nats.")
                Optional<Double> clipRange,
        @Doc("Ratio above which the loss grows on as a straight line: bounds the weight of a bad sample that has become"
                        + " likelier. At least 1.")
                double largestRatio) {
    public SurrogateConfig {
        clipRange.ifPresent(c -> Require.that(c > 0, "clip-range", "greater than 0", c));
        Require.that(largestRatio >= 1, "largest-ratio", "at least 1", largestRatio);
    }

    /** Log-probabilities of a kind; the clip range that goes with it. */
    public static SurrogateConfig of(Optional<LogProbKind> logProb) {
        return new SurrogateConfig(logProb, Optional.empty(), 10);
    }

    /**
     * What is minimised over the policy.
     *
     * @param otherwise the kind of log-probabilities where the key is left out
     */
    public PolicyObjective objective(LogProbKind otherwise, RegulariserConfig regulariser) {
        LogProbKind kind = logProb.orElse(otherwise);
        return PolicyObjective.of(kind, range(kind), largestRatio, regulariser.loss());
    }

    /**
     * The ratios that the loss follows.
     *
     * @param otherwise the kind of log-probabilities where the key is left out
     */
    public ClipRange clip(LogProbKind otherwise) {
        LogProbKind kind = logProb.orElse(otherwise);
        return PolicyObjective.clip(kind, range(kind));
    }

    private double range(LogProbKind kind) {
        return clipRange.orElse(kind == LogProbKind.SUM ? PolicyObjective.CLIP_NATS : PolicyObjective.CLIP_PER_NUMBER);
    }
}
