package org.tempera.record.statistics;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.tempera.base.random.StatelessRandom;

/**
 * Percentile intervals over runs, as rliable has them (Agarwal et al., 2021, arXiv:2108.13264, section 4.1): within
 * each task, and of each task apart, as many runs as there are are drawn with replacement; tasks are not drawn. So an
 * interval says what other seeds would have brought on the same tasks.
 *
 * <p>Percentiles are interpolated linearly between the values of the repetitions, as numpy's are. A repetition is a
 * function of the seed and its number: intervals do not depend on how many threads compute them.
 *
 * @param repetitions how often the runs are drawn, at least 1
 * @param confidence of the intervals, above 0 and below 1
 */
public record StratifiedBootstrap(int repetitions, double confidence, long seed) {
    /** What rliable takes for curves. */
    public static final int REPETITIONS = 2000;

    public StratifiedBootstrap {
        if (repetitions < 1) {
            throw new IllegalArgumentException("repetitions must be at least 1, was " + repetitions);
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence must be above 0 and below 1, was " + confidence);
        }
    }

    /** Intervals of 95 % from {@value #REPETITIONS} repetitions. */
    public static StratifiedBootstrap of(long seed) {
        return new StratifiedBootstrap(REPETITIONS, 0.95, seed);
    }

    /**
     * The interval of an aggregate. Of a single task and few runs all draws that there are are counted, as endless
     * repetitions would.
     *
     * @param scores {@code [run, task]}
     * @throws IllegalArgumentException if there are none, or one is not finite
     */
    public Interval of(double[][] scores, Aggregate aggregate) {
        double[][] byTask = byTask("scores", scores);
        int runs = scores.length;
        if (byTask.length == 1 && runs <= AllDraws.MOST_RUNS) {
            return AllDraws.of(byTask[0], aggregate).interval(confidence);
        }
        double[] ascending =
                Arrays.stream(byTask).flatMapToDouble(Arrays::stream).sorted().toArray();
        int[] places = places(byTask, ascending);
        double[] values = IntStream.range(0, repetitions)
                .parallel()
                .mapToDouble(repetition -> {
                    Draws draws = new Draws(seed, repetition, runs);
                    int[] counts = new int[ascending.length];
                    for (int first = 0; first < places.length; first += runs) {
                        for (int run = 0; run < runs; run++) {
                            counts[places[first + draws.next()]]++;
                        }
                    }
                    return aggregate.of(ascending, counts, places.length);
                })
                .toArray();
        return interval(aggregate.of(scores), values);
    }

    /**
     * The interval of {@link ProbabilityOfImprovement}: the runs of both are drawn, apart from each other.
     *
     * @param x {@code [run, task]}
     * @param y {@code [run, task]}
     * @throws IllegalArgumentException if the tasks are not as many, or a score is not finite
     */
    public Interval ofImprovement(double[][] x, double[][] y) {
        double value = ProbabilityOfImprovement.of(x, y);
        double[][] xByTask = byTask("x", x);
        double[][] yByTask = byTask("y", y);
        double[] values = IntStream.range(0, repetitions)
                .parallel()
                .mapToDouble(repetition -> ProbabilityOfImprovement.ofTasks(
                        resampled(xByTask, new Draws(seed, 2L * repetition, x.length)),
                        resampled(yByTask, new Draws(seed, 2L * repetition + 1, y.length))))
                .toArray();
        return interval(value, values);
    }

    /**
     * The interval of the difference of two groups' aggregates: the runs of both are drawn, apart from each other. Of a
     * single task and few runs all draws that there are are counted.
     *
     * @param x {@code [run, task]}
     * @param y {@code [run, task]}, taken from the first
     * @throws IllegalArgumentException if there are none, or a score is not finite
     */
    public Interval ofDifference(double[][] x, double[][] y, Aggregate aggregate) {
        double[][] xByTask = byTask("x", x);
        double[][] yByTask = byTask("y", y);
        if (xByTask.length == 1 && yByTask.length == 1 && Math.max(x.length, y.length) <= AllDraws.MOST_RUNS) {
            return AllDraws.of(xByTask[0], aggregate)
                    .intervalOfDifference(AllDraws.of(yByTask[0], aggregate), confidence);
        }
        double[] values = IntStream.range(0, repetitions)
                .parallel()
                .mapToDouble(repetition -> aggregate.of(resampled(xByTask, new Draws(seed, 2L * repetition, x.length)))
                        - aggregate.of(resampled(yByTask, new Draws(seed, 2L * repetition + 1, y.length))))
                .toArray();
        return interval(aggregate.of(x) - aggregate.of(y), values);
    }

    /**
     * Any numbers of resampled runs, such as those of a fit to all their points: runs are drawn whole.
     *
     * @param runs how many there are, at least 1
     * @param numbers of the runs that are drawn, which are given by their places, each as often as it is drawn
     * @return what {@code numbers} gave, by repetition
     */
    public double[][] ofRuns(int runs, Function<int[], double[]> numbers) {
        return IntStream.range(0, repetitions)
                .parallel()
                .mapToObj(repetition -> {
                    Draws draws = new Draws(seed, repetition, runs);
                    int[] drawn = new int[runs];
                    for (int run = 0; run < runs; run++) {
                        drawn[run] = draws.next();
                    }
                    return numbers.apply(drawn);
                })
                .toArray(double[][]::new);
    }

    /**
     * Any numbers of resampled groups of runs: as many groups as there are are drawn, and of each that is drawn as many
     * of its runs as it has.
     *
     * @param sizes how many runs each group has, at least 1
     * @param numbers of the runs that are drawn, {@code [drawn group][place of the group, then of each run in it]}
     * @return what {@code numbers} gave, by repetition
     */
    public double[][] ofGroups(int[] sizes, Function<int[][], double[]> numbers) {
        return IntStream.range(0, repetitions)
                .parallel()
                .mapToObj(repetition -> {
                    Draws draws = new Draws(seed, repetition, sizes.length);
                    int[][] drawn = new int[sizes.length][];
                    for (int g = 0; g < drawn.length; g++) {
                        int group = draws.next();
                        drawn[g] = new int[1 + sizes[group]];
                        drawn[g][0] = group;
                        for (int run = 1; run < drawn[g].length; run++) {
                            drawn[g][run] = draws.below(sizes[group]);
                        }
                    }
                    return numbers.apply(drawn);
                })
                .toArray(double[][]::new);
    }

    /**
     * The interval of a number by its values of resampled runs.
     *
     * @param value of the runs themselves
     * @param values by repetition; those that are NaN are left out
     */
    public Interval interval(double value, double[] values) {
        Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
        percentile.setData(Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray());
        double tail = 100 * (1 - confidence) / 2;
        return new Interval(value, percentile.evaluate(tail), percentile.evaluate(100 - tail));
    }

    /** Scores {@code [run, task]} as {@code [task, run]}, copied. */
    static double[][] byTask(String name, double[][] scores) {
        int tasks = Checked.matrix(name, scores);
        double[][] byTask = new double[tasks][scores.length];
        for (int run = 0; run < scores.length; run++) {
            for (int task = 0; task < tasks; task++) {
                byTask[task][run] = scores[run][task];
            }
        }
        return byTask;
    }

    /** Where each score stands among the sorted ones, task by task; equal scores share the first place. */
    private static int[] places(double[][] byTask, double[] ascending) {
        int[] places = new int[ascending.length];
        int at = 0;
        for (double[] task : byTask) {
            for (double score : task) {
                places[at++] = first(ascending, score);
            }
        }
        return places;
    }

    private static int first(double[] ascending, double score) {
        int low = 0;
        int high = ascending.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Double.compare(ascending[middle], score) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double[][] resampled(double[][] byTask, Draws draws) {
        double[][] drawn = new double[byTask.length][];
        for (int task = 0; task < drawn.length; task++) {
            double[] from = byTask[task];
            double[] to = new double[from.length];
            for (int run = 0; run < to.length; run++) {
                to[run] = from[draws.next()];
            }
            drawn[task] = to;
        }
        return drawn;
    }

    /** Numbers of runs, uniform: two from each 64 bits, by Lemire's multiplication, whose bias is below 2^-32 a run. */
    private static final class Draws {
        private final StatelessRandom random;
        private final long runs;
        private long bits;
        private boolean half;

        Draws(long seed, long stream, int runs) {
            this.random = StatelessRandom.of(seed, stream);
            this.runs = runs;
        }

        int next() {
            return below(runs);
        }

        int below(long many) {
            if (half) {
                half = false;
                return (int) (((bits & 0xFFFFFFFFL) * many) >>> 32);
            }
            bits = random.nextLong();
            half = true;
            return (int) (((bits >>> 32) * many) >>> 32);
        }
    }
}
