package org.tempera.core.config;

import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code sampling.stochastic-steps}: the steps that add noise. */
public record StochasticSteps(
        @Doc("First step that adds noise, 0 being the noisiest. At those before it, and behind the last, eta is 0, and"
                        + " algorithms that learn from log-probabilities learn nothing from them.")
                int first,
        @Doc("How many steps add noise; all from the first on if left out.") Optional<Integer> count) {
    public StochasticSteps {
        Require.that(first >= 0, "first", "0 or more", first);
        count.ifPresent(c -> Require.that(c >= 1, "count", "at least 1", c));
    }

    /** Every step. */
    public static StochasticSteps all() {
        return new StochasticSteps(0, Optional.empty());
    }

    /** Whether a step is one of them. */
    public boolean contains(int step) {
        return step >= first && (count.isEmpty() || step < first + count.get());
    }

    /** Whether they are all of so many. */
    public boolean areAll(int steps) {
        return first == 0 && count.map(c -> c == steps).orElse(true);
    }

    /** Whether they lie among so many. */
    boolean fit(int steps) {
        return (long) first + count.orElse(1) <= steps;
    }

    @Override
    public String toString() {
        return "first = " + first + count.map(c -> ", count = " + c).orElse("");
    }

    /** The first and the last of them among so many, such as {@code 2 to 4}. */
    public String of(int steps) {
        return first + " to " + (first + count.orElse(steps - first) - 1);
    }
}
