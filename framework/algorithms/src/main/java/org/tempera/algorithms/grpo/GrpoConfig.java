package org.tempera.algorithms.grpo;

import java.util.Optional;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.loss.SurrogateKind;
import org.tempera.algorithms.stats.GroupAdvantagesConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.ReadWhere;

/** Block {@code algorithm.grpo}. */
public record GrpoConfig(
        @Inline StepwiseConfig update,
        @Doc("What holds back steps that have moved far. clipped: the ratio of probabilities is clipped at clip-range;"
                        + " guard: the ratio is re-centred and scaled, and clipped at guard.clip-range (GRPO-Guard); trust-region:"
                        + " steps whose mean is further than trust-region.radius from that at sampling are masked"
                        + " (Flow-DPPO).")
                SurrogateKind surrogate,
        @Inline @ReadWhere(of = "clip-range", key = "surrogate", is = "clipped") SurrogateConfig ratio,
        @ReadWhere(key = "surrogate", is = "guard") @Doc("The re-centred ratio.") GuardConfig guard,
        @ReadWhere(key = "surrogate", is = "trust-region") @Doc("Steps that are masked.") TrustRegionConfig trustRegion,
        @Doc("How a prompt's samples are compared.") GroupAdvantagesConfig advantages,
        @Inline RegulariserConfig regulariser) {

    /** Flow-GRPO's advantages; log-probabilities in nats per picture, as elsewhere in this house. */
    public static GrpoConfig defaults() {
        return new GrpoConfig(
                StepwiseConfig.defaults(),
                SurrogateKind.CLIPPED,
                SurrogateConfig.of(Optional.of(LogProbKind.SUM)),
                new GuardConfig(Optional.empty()),
                new TrustRegionConfig(Optional.empty()),
                GroupAdvantagesConfig.defaults(),
                RegulariserConfig.none());
    }

    PolicyObjective objective() {
        LogProbKind kind = ratio.logProb().orElse(LogProbKind.SUM);
        PolicyObjective clipped = ratio.objective(kind, regulariser);
        return switch (surrogate) {
            case CLIPPED -> clipped;
            case GUARD -> clipped.with(guard.loss(kind, ratio.largestRatio()));
            case TRUST_REGION -> clipped.with(trustRegion.loss(kind, ratio.largestRatio()));
        };
    }
}
