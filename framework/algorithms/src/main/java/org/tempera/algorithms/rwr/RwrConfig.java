package org.tempera.algorithms.rwr;

import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code algorithm.rwr}. */
public record RwrConfig(
        @Inline UpdateConfig update,
        @Doc(
                        "Whom a sample's weight is shared out among. epoch: all samples, by the softmax of their rewards; prompt: those of"
                                + " the same prompt, likewise; best: the best of each prompt take all.")
                RwrWeights.Weighting weighting,
        @ReadWhere(
                        key = "weighting",
                        is = {"epoch", "prompt"})
                @Doc(
                        "What rewards are divided by before the softmax, in deviations of the reward where it is normalised: the smaller,"
                                + " the more the best samples count. The published code's temperature is its reciprocal.")
                double temperature,
        @Doc("How rewards are normalised before they become weights; over = none as published.")
                NormalisationConfig rewardNormalisation,
        @Doc(
                        "Whether the loss takes the guided prediction, as published; otherwise the prompt's own, as models are trained."
                                + " A guided one that is fitted to its own samples again and again loses their variety.")
                boolean guided,
        @Inline DistanceConfig distance) {
    public RwrConfig {
        Require.that(temperature > 0, "temperature", "greater than 0", temperature);
    }

    /** Five passes, as published; a temperature at which about a tenth of an epoch's samples counts. */
    public static RwrConfig defaults() {
        return new RwrConfig(
                new UpdateConfig(8, 2, 5),
                RwrWeights.Weighting.EPOCH,
                0.3,
                new NormalisationConfig(RewardNormalisation.Kind.EPOCH, 32, 16, 0),
                false,
                DistanceConfig.none());
    }
}
