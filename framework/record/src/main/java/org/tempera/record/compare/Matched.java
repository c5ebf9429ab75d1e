package org.tempera.record.compare;

import java.util.List;
import java.util.Optional;
import org.tempera.record.statistics.Interval;

/**
 * What groups keep of the truth where they have come equally far, by the training reward or by the KL divergence: two
 * runs at one epoch cannot be compared, since one may simply be faster. Each seed is read where it first reaches a
 * level, between two evaluations along a straight line.
 *
 * @param by what is equal
 * @param truth name of what is compared
 * @param levels ascending, those that all groups reach
 * @param pairs every two groups, at the levels of all and at the highest that both reach
 * @param answers of the questions that were asked beforehand; those of which there are groups
 * @param without why there are no levels of all groups, for people; empty if there are some
 * @param notes which seeds and groups are left out, a sentence each
 */
public record Matched(
        Measure by,
        String truth,
        List<Level> levels,
        List<Pair> pairs,
        List<Answer> answers,
        Optional<String> without,
        List<String> notes) {
    /**
     * One level.
     *
     * @param value of what is equal
     * @param groups in their order
     */
    public record Level(double value, List<AtLevel> groups) {
        public Level {
            groups = List.copyOf(groups);
        }
    }

    /**
     * A group at a level.
     *
     * @param group its name
     * @param seeds one for each of its seeds that are compared
     * @param truth over the seeds
     * @param queries that it took to come there
     * @param seconds by the clock that it took to come there
     * @param cpuSeconds of all threads that it took to come there
     */
    public record AtLevel(
            String group, List<Crossing> seeds, Summary truth, Summary queries, Summary seconds, Summary cpuSeconds) {
        public AtLevel {
            seeds = List.copyOf(seeds);
        }
    }

    /**
     * Where a run first reaches a level.
     *
     * @param run its name
     * @param epoch complete epochs, with a fraction
     * @param queries NaN where they are not known
     * @param seconds by the clock; NaN where they are not known
     * @param cpuSeconds of all threads; NaN where they are not known
     * @param truth mean of the truth there
     */
    public record Crossing(String run, double epoch, double queries, double seconds, double cpuSeconds, double truth) {}

    /**
     * Two groups.
     *
     * @param first name of the one
     * @param second name of the other
     * @param shared at the levels of all groups, in their order
     * @param highest at the highest level that both of them reach; empty if they have none in common
     */
    public record Pair(String first, String second, List<Difference> shared, Optional<Difference> highest) {
        public Pair {
            shared = List.copyOf(shared);
        }
    }

    /**
     * What is known of a question.
     *
     * @param question its name
     * @param pairs those that it asks for, corrected for each other alone
     */
    public record Answer(String question, List<Pair> pairs) {
        public Answer {
            pairs = List.copyOf(pairs);
        }

        /** How many pairs at their highest levels are corrected for. */
        public long corrected() {
            return tested(pairs);
        }
    }

    /**
     * How two groups differ at a level.
     *
     * @param level what is equal
     * @param firstTruth of the first group
     * @param secondTruth of the second group
     * @param difference the first group's mean truth less the second's; the ends are NaN where one has a single seed
     * @param improvement how probable it is that a seed of the first has more of the truth than one of the second; NaN
     *     where one has a single seed
     * @param chance how probable so large a difference of means is by the seeds alone (Welch's test, two-sided); NaN
     *     where one has fewer than 3 seeds
     * @param corrected the same, corrected for all pairs of groups at such a level, or for those of a question (Holm)
     */
    public record Difference(
            double level,
            Summary firstTruth,
            Summary secondTruth,
            Interval difference,
            Interval improvement,
            double chance,
            double corrected) {
        /** Level at which a difference is told apart from chance. */
        public static final double ALPHA = 0.05;

        /** Whether the groups are told apart, as many comparisons as there are. */
        public boolean isClear() {
            return corrected < ALPHA;
        }
    }

    public Matched {
        levels = List.copyOf(levels);
        pairs = List.copyOf(pairs);
        answers = List.copyOf(answers);
        notes = List.copyOf(notes);
    }

    /** How many pairs at their highest levels are corrected for: those of which it is known how probable chance is. */
    public long corrected() {
        return tested(pairs);
    }

    private static long tested(List<Pair> pairs) {
        return pairs.stream()
                .flatMap(p -> p.highest().stream())
                .filter(d -> Double.isFinite(d.chance()))
                .count();
    }
}
