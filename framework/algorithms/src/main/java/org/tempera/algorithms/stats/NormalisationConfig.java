package org.tempera.algorithms.stats;

import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code reward-normalisation} of an algorithm. */
public record NormalisationConfig(
        @Doc(
                        "What a reward is measured against. per-prompt: the latest rewards of the same prompt; epoch: this epoch's;"
                                + " running: all since the run began; none: nothing, rewards stay as they are.")
                RewardNormalisation.Kind over,
        @ReadWhere(key = "over", is = "per-prompt") @Doc("Rewards kept of each prompt.") int bufferSize,
        @ReadWhere(key = "over", is = "per-prompt")
                @Doc("Rewards that a prompt needs before its own are used; the epoch's are until then.")
                int minCount,
        @Doc("Largest magnitude of a normalised reward; 0 is no limit.") double clip) {
    public NormalisationConfig {
        Require.that(bufferSize >= 1, "buffer-size", "at least 1", bufferSize);
        Require.that(minCount >= 1, "min-count", "at least 1", minCount);
        Require.that(clip >= 0, "clip", "0 (no limit) or more", clip);
    }

    /** The published rule: per prompt, the latest 32 rewards, at least 16. */
    public static NormalisationConfig defaults(double clip) {
        return new NormalisationConfig(RewardNormalisation.Kind.PER_PROMPT, 32, 16, clip);
    }

    /** The statistics that this block asks for. */
    public RewardNormalisation create() {
        return new RewardNormalisation(over, RewardNormalisation.Form.CENTRE_AND_SCALE, bufferSize, minCount);
    }
}
