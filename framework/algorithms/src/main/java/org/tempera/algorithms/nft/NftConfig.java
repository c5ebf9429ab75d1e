package org.tempera.algorithms.nft;

import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.stats.GroupAdvantagesConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.Require;
import org.tempera.spi.algorithm.UpdateScope.Renoising.Level;

/** Block {@code algorithm.nft}. */
public record NftConfig(
        @Inline StepwiseConfig update,
        @Doc(
                        "Where samples are noised to. of-steps: the timesteps of sampling; uniform: as many timesteps of those that"
                                + " the model was trained on, each as likely as another.")
                Level timesteps,
        @Doc("Distance of the implicit positive and negative policies from the behaviour weights', as a multiple of the"
                        + " policy's own. The smaller, the further an update goes.")
                double beta,
        @Doc(
                        "What a sample's error is divided by. adaptive: its mean size, so that every noise level counts alike; none:"
                                + " nothing.")
                NftLoss.Weighting weighting,
        @Doc(
                        "How rewards become advantages. Their clip is the advantage from which on a sample counts as wholly good or"
                                + " bad, and a factor of the loss.")
                GroupAdvantagesConfig advantages,
        @Inline DistanceConfig distance,
        @Doc(
                        "Whether the loss takes guided predictions, those that samples are drawn with; otherwise the prompts' own.")
                boolean guided) {
    public NftConfig {
        Require.that(beta > 0, "beta", "greater than 0", beta);
        Require.that(advantages.clip() > 0, "advantages.clip", "greater than 0", advantages.clip());
    }

    /** As published. */
    public static NftConfig defaults() {
        return new NftConfig(
                StepwiseConfig.defaults(),
                Level.OF_STEPS,
                1,
                NftLoss.Weighting.ADAPTIVE,
                GroupAdvantagesConfig.defaults(),
                new DistanceConfig(1e-4),
                false);
    }

    NftLoss loss() {
        return new NftLoss(beta, weighting, advantages.clip());
    }
}
