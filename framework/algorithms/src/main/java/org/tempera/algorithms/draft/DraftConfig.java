package org.tempera.algorithms.draft;

import java.util.Optional;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code algorithm.draft}. */
public record DraftConfig(
        @Inline UpdateConfig update,
        @Doc("Steps at the end of sampling that the gradient goes through, at most. Time of an update grows with it,"
                        + " and memory little: activations are of one step.")
                int lastSteps,
        @Doc("fixed: all of last-steps, every time (DRaFT-K). uniform and normal: a number drawn for each micro-batch"
                        + " (AlignProp); it costs what last-steps costs.")
                Truncation truncation,
        @ReadWhere(key = "truncation", is = "normal") @Doc("Mean of the number of steps.") double meanSteps,
        @ReadWhere(key = "truncation", is = "normal") @Doc("Standard deviation of the number of steps.")
                double stepsDeviation,
        @Doc("Draws of noise by which each final latent goes through the last step again, with gradient (DRaFT-LV; 2 as"
                        + " published); needs last-steps = 1. 0: the gradient goes through the sample itself.")
                int draws,
        @Doc("Whether the reward is that of the clean latents which one step's output implies, the first of those that"
                        + " the gradient would go through, instead of the sample's (ReFL): the gradient then goes through"
                        + " this step alone, and an update costs one pass through the network whatever last-steps is.")
                boolean estimate,
        @Doc(
                        "Reward from which on a sample counts no more: its loss is what it lacks of it, relu(margin - reward) (ReFL:"
                                + " 2). Left out: the loss is the reward's negative, at any reward.")
                Optional<Double> margin,
        @Inline DistanceConfig distance) {
    public DraftConfig {
        Require.that(lastSteps >= 1, "last-steps", "at least 1", lastSteps);
        Require.that(
                truncation == Truncation.FIXED || lastSteps > 1,
                "last-steps",
                "at least 2 where truncation is not fixed",
                lastSteps);
        Require.that(meanSteps > 0, "mean-steps", "greater than 0", meanSteps);
        Require.that(stepsDeviation > 0, "steps-deviation", "greater than 0", stepsDeviation);
        Require.that(draws >= 0, "draws", "0 or more", draws);
        Require.that(
                draws == 0 || (lastSteps == 1 && truncation == Truncation.FIXED),
                "draws",
                "0 where last-steps is above 1 or truncation is not fixed",
                draws);
        Require.that(draws == 0 || !estimate, "draws", "0 where estimate is true", draws);
        margin.ifPresent(m -> Require.that(Double.isFinite(m), "margin", "finite", m));
    }

    /** DRaFT-1; under {@code truncation = normal} the distribution that AlignProp has for 50 steps. */
    public static DraftConfig defaults() {
        return new DraftConfig(
                new UpdateConfig(8, 1, 1),
                1,
                Truncation.FIXED,
                8,
                5,
                0,
                false,
                Optional.empty(),
                DistanceConfig.none());
    }
}
