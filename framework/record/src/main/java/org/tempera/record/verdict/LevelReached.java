package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The first place where a series is no longer below a level, everything being taken to change linearly between two
 * evaluations.
 *
 * @param before index of the evaluation before that place
 * @param after index of the evaluation at or after it; the same where the first evaluation has reached the level
 * @param share of the way from the one to the other
 */
public record LevelReached(int before, int after, double share) {
    private static final int LEVELS = 4;

    /**
     * Where a level is reached first; empty if nowhere.
     *
     * @param means of the evaluations; those that are NaN are passed over
     */
    public static Optional<LevelReached> of(double[] means, double level) {
        int before = -1;
        for (int e = 0; e < means.length; e++) {
            if (Double.isNaN(means[e])) {
                continue;
            }
            if (means[e] >= level) {
                return Optional.of(
                        before < 0
                                ? new LevelReached(e, e, 0)
                                : new LevelReached(before, e, (level - means[before]) / (means[e] - means[before])));
            }
            before = e;
        }
        return Optional.empty();
    }

    /** What anything else has come to at that place, by its numbers at the evaluations. */
    public double of(double[] numbers) {
        return between(numbers[before], numbers[after]);
    }

    /** The same of its numbers at both evaluations. */
    double between(double first, double second) {
        return first + share * (second - first);
    }

    /**
     * Levels to compare runs at, ascending and evenly spread: the last is {@code to}. Of those that people would read
     * as the same number the highest is kept.
     *
     * @param from where all have been at first; no level itself
     * @param to the highest that all have reached; none where that is not above {@code from}
     */
    public static List<Double> levels(double from, double to) {
        List<Double> levels = new ArrayList<>();
        for (int i = LEVELS; i >= 1 && to > from; i--) {
            double level = i == LEVELS ? to : from + (to - from) * i / LEVELS;
            if (levels.isEmpty() || !Estimate.number(level).equals(Estimate.number(levels.get(levels.size() - 1)))) {
                levels.add(level);
            }
        }
        Collections.reverse(levels);
        return levels;
    }
}
