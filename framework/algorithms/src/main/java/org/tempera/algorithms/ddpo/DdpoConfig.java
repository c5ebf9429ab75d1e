package org.tempera.algorithms.ddpo;

import java.util.Optional;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;

/** Block {@code algorithm.ddpo}. */
public record DdpoConfig(
        @Inline StepwiseConfig update,
        @Inline SurrogateConfig surrogate,
        @Doc("How rewards become advantages.") NormalisationConfig rewardNormalisation,
        @Inline RegulariserConfig regulariser) {

    /** Two optimiser steps an epoch of 32 samples, as published; advantages clipped at 5. */
    public static DdpoConfig defaults() {
        return new DdpoConfig(
                StepwiseConfig.defaults(),
                SurrogateConfig.of(Optional.of(LogProbKind.SUM)),
                NormalisationConfig.defaults(5),
                RegulariserConfig.none());
    }

    PolicyObjective objective() {
        return surrogate.objective(LogProbKind.SUM, regulariser);
    }
}
