package org.tempera.algorithms.constrained;

import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** What is said of one constraint, by its reward's name. */
public record ConstraintConfig(
        @Doc("Mean score that the reward is to stay at or above. Left out: the base model's mean less the margin.")
                Optional<Double> bound,
        @Doc("How far below the base model's mean the bound lies, in standard deviations of the base model's scores."
                        + " Left out: what margin says for all.")
                Optional<Double> margin) {
    public ConstraintConfig {
        Optional<Double> given = bound;
        margin.ifPresent(m -> Require.that(given.isEmpty(), "margin", "left out where bound is given", m));
    }

    /** Nothing is said. */
    public static ConstraintConfig defaults() {
        return new ConstraintConfig(Optional.empty(), Optional.empty());
    }
}
