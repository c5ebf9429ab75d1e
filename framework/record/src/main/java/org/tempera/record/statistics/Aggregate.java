package org.tempera.record.statistics;

import java.util.Arrays;

/**
 * One number for the scores of several runs on several tasks, such as seeds and prompts. It depends on how often each
 * score occurs and not on where, so that a {@link StratifiedBootstrap} sorts once and then counts.
 */
public interface Aggregate {
    /**
     * The aggregate of a sorted multiset.
     *
     * @param ascending finite scores
     * @param counts how often each occurs, 0 or more
     * @param total the sum of {@code counts}, above 0
     */
    double of(double[] ascending, int[] counts, long total);

    /**
     * The aggregate of scores, {@code [run, task]}.
     *
     * @throws IllegalArgumentException if there are none, or one is not finite
     */
    default double of(double[][] scores) {
        Checked.matrix("scores", scores);
        double[] ascending =
                Arrays.stream(scores).flatMapToDouble(Arrays::stream).toArray();
        Arrays.sort(ascending);
        int[] counts = new int[ascending.length];
        Arrays.fill(counts, 1);
        return of(ascending, counts, ascending.length);
    }

    /** The mean of all scores. */
    static Aggregate mean() {
        return (ascending, counts, total) -> {
            double sum = 0;
            for (int i = 0; i < counts.length; i++) {
                sum += counts[i] * ascending[i];
            }
            return sum / total;
        };
    }

    /** The interquartile mean: of all N scores the lowest and the highest floor(N / 4) are left out. */
    static Aggregate interquartileMean() {
        return (ascending, counts, total) -> {
            long cut = total / 4;
            long left = total - 2 * cut;
            double sum = 0;
            long below = 0;
            for (int i = 0; i < counts.length && below < total - cut; i++) {
                long from = Math.max(below, cut);
                below += counts[i];
                long to = Math.min(below, total - cut);
                if (to > from) {
                    sum += (to - from) * ascending[i];
                }
            }
            return sum / left;
        };
    }

    /** By how much scores fall short of a threshold on average: {@code gamma - mean(min(score, gamma))}. */
    static Aggregate optimalityGap(double gamma) {
        return (ascending, counts, total) -> {
            double sum = 0;
            for (int i = 0; i < counts.length; i++) {
                sum += counts[i] * Math.min(ascending[i], gamma);
            }
            return gamma - sum / total;
        };
    }
}
