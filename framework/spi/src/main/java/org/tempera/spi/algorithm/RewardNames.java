package org.tempera.spi.algorithm;

import java.util.List;
import java.util.stream.Stream;

/**
 * Names of the rewards that {@link RewardTable} will hold, known from the config before anything is built. Those that
 * are held out are not among them.
 *
 * @param trained those with the role {@code train}
 * @param constraints those with the role of a constraint
 * @param logged those with the role {@code logged}
 */
public record RewardNames(List<String> trained, List<String> constraints, List<String> logged) {
    public RewardNames {
        trained = List.copyOf(trained);
        constraints = List.copyOf(constraints);
        logged = List.copyOf(logged);
    }

    /** All of them. */
    public List<String> all() {
        return Stream.of(trained, constraints, logged).flatMap(List::stream).toList();
    }
}
