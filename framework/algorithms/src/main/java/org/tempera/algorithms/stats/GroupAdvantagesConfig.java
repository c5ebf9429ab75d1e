package org.tempera.algorithms.stats;

import java.util.Set;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.algorithm.Need;

/** Block {@code advantages} of an algorithm that compares the samples of a prompt with each other. */
public record GroupAdvantagesConfig(
        @Doc(
                        "What becomes of several rewards. rewards: they are combined as combination says, and the result is compared;"
                                + " advantages: each is compared by itself, and the sum of weight times result taken, so that none"
                                + " drowns another (GDPO); combination.rule is weighted-sum then, and no reward normalised.")
                GroupAdvantages.Combine combine,
        @Doc("Whose deviation the distance to the mean of the prompt's samples is divided by: group: theirs; epoch:"
                        + " that of all samples; none: nothing (Dr. GRPO).")
                GroupAdvantages.Scale scale,
        @Doc("Divisor of the squares: population: their number; sample: one less.") GroupAdvantages.Deviation deviation,
        @Doc("Added to the deviation.") double epsilon,
        @Doc("Whether the advantages are at last brought to mean 0 and deviation 1 over the epoch.") boolean whiten,
        @Doc("Largest magnitude of an advantage; 0 is no limit.") double clip) {
    public GroupAdvantagesConfig {
        Require.that(epsilon >= 0 && Double.isFinite(epsilon), "epsilon", "0 or more", epsilon);
        Require.that(clip >= 0, "clip", "0 (no limit) or more", clip);
    }

    /** Flow-GRPO's: the prompt's mean, the epoch's population deviation, a limit of 5. */
    public static GroupAdvantagesConfig defaults() {
        return new GroupAdvantagesConfig(
                GroupAdvantages.Combine.REWARDS,
                GroupAdvantages.Scale.EPOCH,
                GroupAdvantages.Deviation.POPULATION,
                1e-4,
                false,
                5);
    }

    /** What they need of the run's rewards. */
    public Set<Need> needs() {
        return combine == GroupAdvantages.Combine.ADVANTAGES ? Set.of(Need.SEPARATE_REWARDS) : Set.of();
    }

    /** The statistics that this block asks for. */
    public GroupAdvantages create() {
        return new GroupAdvantages(combine, scale, deviation, epsilon, whiten, clip);
    }
}
