package org.tempera.core.config;

import java.util.List;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** The framework's own keys of a block under {@code rewards}; the others are the plugin's. */
public record RewardSettings(
        @Doc(
                        "train: the policy is trained on it; constraint: the algorithm keeps it above a bound; held-out: it judges the run and chooses the best checkpoint; logged:"
                                + " it is only shown, unless a key of the algorithm names it.")
                RewardRole role,
        @Doc(
                        "Factor of this reward in the sum or the mean of the training rewards. In any role, below 0 the worst picture"
                                + " of its ball is the one with the highest score.")
                double weight,
        @ReadWhere(key = "role", is = "train")
                @ReadWhere(
                        key = "combination.rule",
                        is = {"weighted-sum", "normalised-sum"})
                @Doc(
                        "Standardise the scores by mean and deviation of the run's first before they are combined, as min and"
                                + " mean-minus-k-std always do.")
                boolean normalise,
        @Doc(
                        value =
                                "What to do when a score is NaN or infinite, or the reward throws or is over its time: fail, or skip:"
                                        + " go on without the score, and tell it.",
                        measures = false)
                FailurePolicy onFailure,
        @Doc(value = "Seconds that a host reward may take for a batch; 0 is any time.", measures = false)
                double timeLimitSeconds,
        @Doc(value = "Pictures close to a sample's, the worst of which is scored in its place.", measures = false)
                BallSettings ball,
        @Doc(
                        value =
                                "Rewards that were fitted to the same data, such as the same people's ratings: held out, it is not"
                                        + " independent of these.",
                        // It changes no score of its own; RunRuler adds it where it says something.
                        measures = false)
                List<String> sharesDataWith) {
    public RewardSettings {
        sharesDataWith = List.copyOf(sharesDataWith);
        Require.that(Double.isFinite(weight), "weight", "a finite number", weight);
        Require.that(
                timeLimitSeconds >= 0 && timeLimitSeconds < 1e6,
                "time-limit-seconds",
                "0 or more and below a million",
                timeLimitSeconds);
    }

    /** Of a reward that scores the picture itself. */
    public RewardSettings(
            RewardRole role, double weight, boolean normalise, FailurePolicy onFailure, double timeLimitSeconds) {
        this(role, weight, normalise, onFailure, timeLimitSeconds, BallSettings.none(), List.of());
    }

    /** The same, scored in a ball around each picture. */
    public RewardSettings within(BallSettings around) {
        return new RewardSettings(role, weight, normalise, onFailure, timeLimitSeconds, around, sharesDataWith);
    }

    /** The same, fitted to the data of these rewards. */
    public RewardSettings sharing(List<String> others) {
        return new RewardSettings(role, weight, normalise, onFailure, timeLimitSeconds, ball, others);
    }

    public static RewardSettings defaults() {
        return new RewardSettings(RewardRole.TRAIN, 1.0, false, FailurePolicy.FAIL, 0);
    }
}
