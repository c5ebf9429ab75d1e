package org.tempera.algorithms.constrained;

import java.util.Map;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code algorithm.constrained}. */
public record ConstrainedConfig(
        @Doc("Name of the algorithm that learns from the mixed reward, whose keys stand in its own block; any that"
                        + " learns from what rewards are, and not from their gradient.")
                String of,
        @Doc("How the training reward and each constraint are standardised before they are mixed.")
                NormalisationConfig rewardNormalisation,
        @Doc("How far below the base model's mean a bound lies, in standard deviations of the base model's scores.")
                double margin,
        @Doc("What is said of single constraints, by the names of rewards with role = constraint.")
                Map<String, ConstraintConfig> constraints,
        @Doc("How the weight of a constraint follows its violation.") MultiplierConfig multiplier) {
    public ConstrainedConfig {
        Require.that(Double.isFinite(margin), "margin", "a finite number", margin);
        constraints = Map.copyOf(constraints);
    }

    /** DDPO, with every constraint a quarter of a standard deviation below the base model. */
    public static ConstrainedConfig defaults() {
        NormalisationConfig usual = NormalisationConfig.defaults(0);
        return new ConstrainedConfig(
                "ddpo",
                new NormalisationConfig(RewardNormalisation.Kind.EPOCH, usual.bufferSize(), usual.minCount(), 0),
                0.25,
                Map.of(),
                MultiplierConfig.defaults());
    }

    ConstraintConfig constraint(String name) {
        return constraints.getOrDefault(name, ConstraintConfig.defaults());
    }
}
