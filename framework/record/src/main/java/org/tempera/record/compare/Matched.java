package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tempera.record.statistics.Interval;

/**
 * What groups keep of the truth where they have come equally far, by the training reward or by the KL divergence: two
 * runs at one epoch cannot be compared, since one may simply be faster. Each seed is read where it first reaches a
 * level, between two evaluations along a straight line.
 *
 * @param by what is equal
 * @param truth name of what is compared
 * @param pictures that a seed's truth at an evaluation is the mean of
 * @param levels ascending, those that all groups reach
 * @param pairs every two groups, at the levels of all and at the highest that both reach; also those that cannot be
 *     tested, which are corrected for as well
 * @param without why there are no levels of all groups, for people; empty if there are some
 * @param notes which seeds and groups are left out, a sentence each
 */
public record Matched(
        Measure by,
        String truth,
        int pictures,
        List<Level> levels,
        List<Pair> pairs,
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
     * @param runs how many it has, whether they are read or not
     * @param seeds one for each of its seeds that are read
     * @param truth over the seeds
     * @param queries that it took to come there
     * @param seconds by the clock that it took to come there
     * @param cpuSeconds of all threads that it took to come there
     */
    public record AtLevel(
            String group,
            int runs,
            List<Crossing> seeds,
            Summary truth,
            Summary queries,
            Summary seconds,
            Summary cpuSeconds) {
        public AtLevel {
            seeds = List.copyOf(seeds);
        }

        /** How many seeds are read. */
        public Seeds read() {
            return new Seeds(seeds.size(), runs);
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
     * Seeds of a group.
     *
     * @param read those that are read
     * @param of how many it has, or is to have
     */
    public record Seeds(int read, int of) {
        /** Such as {@code 2 of 3}. */
        @Override
        public String toString() {
            return read + " of " + of;
        }
    }

    /** Why two groups are not tested at the highest level that both reach. */
    public enum Untested {
        /** Of one or both fewer seeds are read than a test takes. */
        FEW_SEEDS,
        NO_LEVEL,
        /** No seed differs from another of its group, so that there is nothing to hold a difference against. */
        NO_SPREAD
    }

    /**
     * Two groups.
     *
     * @param first name of the one
     * @param second name of the other
     * @param firstSeeds how many of the first's seeds are read
     * @param secondSeeds how many of the second's seeds are read
     * @param shared at the levels of all groups, in their order; empty where no seed of one is read
     * @param highest at the highest level that both of them reach; empty if they have none in common
     */
    public record Pair(
            String first,
            String second,
            Seeds firstSeeds,
            Seeds secondSeeds,
            List<Difference> shared,
            Optional<Difference> highest) {
        public Pair {
            shared = List.copyOf(shared);
        }

        /** The same with other differences. */
        Pair with(List<Difference> atShared, Optional<Difference> atHighest) {
            return new Pair(first, second, firstSeeds, secondSeeds, atShared, atHighest);
        }

        /** Why they are not tested; empty if they are. */
        public Optional<Untested> untested() {
            if (Math.min(firstSeeds.read(), secondSeeds.read()) < Judgement.FEWEST_SEEDS) {
                return Optional.of(Untested.FEW_SEEDS);
            }
            if (highest.isEmpty()) {
                return Optional.of(Untested.NO_LEVEL);
            }
            return Double.isFinite(highest.get().chance()) ? Optional.empty() : Optional.of(Untested.NO_SPREAD);
        }

        /** The same for people. */
        public Optional<String> why() {
            return untested().map(why -> switch (why) {
                case FEW_SEEDS -> fewest() + ", and " + String.join(" and ", few()) + " are read";
                case NO_LEVEL -> "there is no level that both reach";
                case NO_SPREAD -> "no seed differs from another of its group";
            });
        }

        /** How many seeds a test takes. */
        static String fewest() {
            return "a test takes " + Judgement.FEWEST_SEEDS + " seeds of either";
        }

        /** The groups of which fewer are read, such as {@code 2 of 3 of rwr}. */
        List<String> few() {
            List<String> few = new ArrayList<>();
            if (firstSeeds.read() < Judgement.FEWEST_SEEDS) {
                few.add(firstSeeds + " of " + first);
            }
            if (secondSeeds.read() < Judgement.FEWEST_SEEDS) {
                few.add(secondSeeds + " of " + second);
            }
            return few;
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
     *     where one has fewer than 3 seeds, or where no seed differs from another of its group
     * @param corrected the same, corrected for all pairs of a family (Holm); NaN where there is none, or it is not
     *     corrected
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

        /** A smaller chance is not told by its digits. */
        private static final double LEAST = 1e-4;

        /** Whether the groups are told apart, as many comparisons as there are. */
        public boolean isClear() {
            return corrected < ALPHA;
        }

        /** A chance for people, in two digits or as many as tell it from {@link #ALPHA}: 0.0499 is no 0.050. */
        public static String shown(double chance) {
            if (chance < LEAST) {
                return "below 0.0001";
            }
            int digits = 2;
            String text = shown(chance, digits);
            while (Double.parseDouble(text) < ALPHA != chance < ALPHA) {
                text = shown(chance, ++digits);
            }
            return text;
        }

        private static String shown(double chance, int digits) {
            return String.format(Locale.ROOT, "%." + digits + "g", chance);
        }

        /** The same with a corrected chance. */
        Difference correctedTo(double p) {
            return new Difference(level, firstTruth, secondTruth, difference, improvement, chance, p);
        }
    }

    public Matched {
        levels = List.copyOf(levels);
        pairs = List.copyOf(pairs);
        notes = List.copyOf(notes);
    }

    /** How many pairs are corrected for: every two groups, whether they can be tested or not. */
    public int family() {
        return pairs.size();
    }
}
