package org.tempera.record.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Every way to draw as many of few runs as there are, with replacement, and how probable it is: what repetitions of a
 * bootstrap tend to, without their noise.
 */
final class AllDraws {
    /**
     * Of 7 runs there are 1,716 draws that differ; of 8 there are 6,435, more than the repetitions that they replace.
     */
    static final int MOST_RUNS = 7;

    private final double[] ascending;
    private final Aggregate aggregate;
    private final int[] counts;
    private final List<Weighed> values = new ArrayList<>();

    private record Weighed(double value, double probability) {}

    private AllDraws(double[] ascending, Aggregate aggregate) {
        this.ascending = ascending;
        this.aggregate = aggregate;
        this.counts = new int[ascending.length];
    }

    /** All draws of one task's runs. */
    static AllDraws of(double[] runs, Aggregate aggregate) {
        int n = runs.length;
        double[] ascending = runs.clone();
        Arrays.sort(ascending);
        AllDraws all = new AllDraws(ascending, aggregate);
        all.draw(0, n, factorial(n) / Math.pow(n, n));
        all.values.sort(Comparator.comparingDouble(Weighed::value));
        return all;
    }

    /** The interval of the aggregate. */
    Interval interval(double confidence) {
        double tail = (1 - confidence) / 2;
        return new Interval(value(), quantile(tail), quantile(1 - tail));
    }

    /** The interval of the aggregate less that of other runs, which are drawn apart. */
    Interval intervalOfDifference(AllDraws others, double confidence) {
        double tail = (1 - confidence) / 2;
        return new Interval(
                value() - others.value(), quantileOfDifference(others, tail), quantileOfDifference(others, 1 - tail));
    }

    /** Of the runs themselves. */
    private double value() {
        int[] once = new int[ascending.length];
        Arrays.fill(once, 1);
        return aggregate.of(ascending, once, once.length);
    }

    /**
     * Draws the runs from one on.
     *
     * @param left how many are still to be drawn
     * @param probability of what is drawn already, the divisors of those to come left out
     */
    private void draw(int run, int left, double probability) {
        if (run == counts.length - 1) {
            counts[run] = left;
            values.add(new Weighed(aggregate.of(ascending, counts, counts.length), probability / factorial(left)));
            return;
        }
        for (int times = 0; times <= left; times++) {
            counts[run] = times;
            draw(run + 1, left - times, probability / factorial(times));
        }
    }

    /** By halving: the differences are too many to be sorted, and those below a number are soon summed up. */
    private double quantileOfDifference(AllDraws others, double share) {
        double low = values.get(0).value()
                - others.values.get(others.values.size() - 1).value();
        double high =
                values.get(values.size() - 1).value() - others.values.get(0).value();
        if (probabilityUpTo(low, others) >= share) {
            return low;
        }
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return high;
            }
            if (probabilityUpTo(middle, others) >= share) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }

    /** How probable it is that the difference is no larger. */
    private double probabilityUpTo(double difference, AllDraws others) {
        double sum = 0;
        double largeEnough = 0;
        int next = others.values.size() - 1;
        for (int i = values.size() - 1; i >= 0; i--) {
            Weighed each = values.get(i);
            while (next >= 0 && each.value() - others.values.get(next).value() <= difference) {
                largeEnough += others.values.get(next--).probability();
            }
            sum += each.probability() * largeEnough;
        }
        return sum;
    }

    private static double factorial(int n) {
        double product = 1;
        for (int i = 2; i <= n; i++) {
            product *= i;
        }
        return product;
    }

    private double quantile(double share) {
        double sum = 0;
        for (Weighed each : values) {
            sum += each.probability();
            if (sum >= share) {
                return each.value();
            }
        }
        return values.get(values.size() - 1).value();
    }
}
