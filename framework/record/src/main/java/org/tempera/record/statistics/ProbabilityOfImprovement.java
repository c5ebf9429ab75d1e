package org.tempera.record.statistics;

import java.util.Arrays;

/**
 * How probable it is that a run of one algorithm scores higher than a run of another on a task drawn at random: for
 * each task the share of pairs of runs with x above y, ties as half (Mann and Whitney's U over all pairs), averaged
 * over the tasks.
 */
public final class ProbabilityOfImprovement {
    private ProbabilityOfImprovement() {}

    /**
     * The probability, 0 to 1.
     *
     * @param x scores of the one, {@code [run, task]}
     * @param y scores of the other on the same tasks, {@code [run, task]}; the runs may be fewer or more
     * @throws IllegalArgumentException if the tasks are not as many, or a score is not finite
     */
    public static double of(double[][] x, double[][] y) {
        return ofTasks(StratifiedBootstrap.byTask("x", x), StratifiedBootstrap.byTask("y", y));
    }

    /** The same of scores {@code [task, run]}, in any order of the runs; leaves each task's sorted. */
    static double ofTasks(double[][] x, double[][] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "x and y: expected scores of the same tasks, found " + x.length + " and " + y.length + " tasks");
        }
        double sum = 0;
        for (int task = 0; task < x.length; task++) {
            Arrays.sort(x[task]);
            Arrays.sort(y[task]);
            sum += ofSorted(x[task], y[task]);
        }
        return sum / x.length;
    }

    private static double ofSorted(double[] x, double[] y) {
        // Twice the pairs won, ties counting once.
        long won = 0;
        int below = 0;
        int upTo = 0;
        for (double score : x) {
            while (below < y.length && y[below] < score) {
                below++;
            }
            while (upTo < y.length && y[upTo] <= score) {
                upTo++;
            }
            won += below + upTo;
        }
        return 0.5 * won / ((double) x.length * y.length);
    }
}
