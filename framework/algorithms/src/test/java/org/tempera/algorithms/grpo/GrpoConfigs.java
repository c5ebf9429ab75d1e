package org.tempera.algorithms.grpo;

import java.util.Optional;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.loss.SurrogateKind;
import org.tempera.algorithms.stats.GroupAdvantages;
import org.tempera.algorithms.stats.GroupAdvantagesConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.algorithms.stats.UpdateConfig;

/** Configurations for tests. */
public final class GrpoConfigs {
    private GrpoConfigs() {}

    /** The defaults with another surrogate, and a step after each micro-batch of 8. */
    public static GrpoConfig with(SurrogateKind surrogate) {
        return with(surrogate, LogProbKind.SUM, 0);
    }

    /** The same with log-probabilities of a kind, and the divergence from the reference policy in the loss. */
    public static GrpoConfig with(SurrogateKind surrogate, LogProbKind kind, double klLoss) {
        GrpoConfig d = GrpoConfig.defaults();
        return new GrpoConfig(
                new StepwiseConfig(new UpdateConfig(8, 1, 1), 1),
                surrogate,
                SurrogateConfig.of(Optional.of(kind)),
                d.guard(),
                d.trustRegion(),
                d.advantages(),
                new RegulariserConfig(klLoss));
    }

    /** The defaults, of which each reward is compared by itself. */
    static GrpoConfig ofSingleRewards() {
        GrpoConfig d = GrpoConfig.defaults();
        return new GrpoConfig(
                d.update(),
                d.surrogate(),
                d.ratio(),
                d.guard(),
                d.trustRegion(),
                new GroupAdvantagesConfig(
                        GroupAdvantages.Combine.ADVANTAGES,
                        GroupAdvantages.Scale.NONE,
                        GroupAdvantages.Deviation.SAMPLE,
                        0,
                        false,
                        0),
                d.regulariser());
    }
}
