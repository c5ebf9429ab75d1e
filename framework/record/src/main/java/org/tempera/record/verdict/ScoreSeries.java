package org.tempera.record.verdict;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * One score of the same prompts and noise at every evaluation, so that evaluations compare pair by pair.
 *
 * @param name of the score
 * @param scores {@code [evaluation][sample]}; NaN where there is none
 */
public record ScoreSeries(String name, List<double[]> scores) {
    public ScoreSeries {
        scores = scores.stream().map(double[]::clone).toList();
        for (double[] s : scores) {
            if (s.length != scores.get(0).length) {
                throw new IllegalArgumentException("'" + name + "': expected " + scores.get(0).length
                        + " samples at every evaluation, found " + s.length);
            }
        }
    }

    /** How many evaluations. */
    public int evaluations() {
        return scores.size();
    }

    /** The score of every sample of every evaluation, if there are several and all that are finite are equal. */
    public OptionalDouble constant() {
        double[] finite = scores.stream()
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .toArray();
        return finite.length > 1 && Arrays.stream(finite).allMatch(x -> x == finite[0])
                ? OptionalDouble.of(finite[0])
                : OptionalDouble.empty();
    }

    /** Whether any sample has one. */
    public boolean hasScores() {
        return scores.stream().flatMapToDouble(Arrays::stream).anyMatch(Double::isFinite);
    }

    /** How many scores are missing, of all samples of all evaluations. */
    public long missing() {
        return scores.stream()
                .flatMapToDouble(Arrays::stream)
                .filter(x -> !Double.isFinite(x))
                .count();
    }

    /** Mean over the finite samples of an evaluation; NaN if there are none. */
    public double mean(int evaluation) {
        return Estimate.mean(scores.get(evaluation));
    }

    /**
     * Index of the evaluation with the highest mean of some that follow each other: the first of equals, and the first
     * of all where none has a mean.
     *
     * @param from the first of them
     * @param to the one after the last of them
     */
    public int best(int from, int to) {
        int best = from;
        for (int e = from + 1; e < to; e++) {
            best = isBetter(mean(e), mean(best)) ? e : best;
        }
        return best;
    }

    /**
     * Whether a mean takes the place of the best before: NaN, where nothing had a score, never does and is no best.
     */
    public static boolean isBetter(double mean, double best) {
        return mean > best || (Double.isNaN(best) && !Double.isNaN(mean));
    }

    /** {@link #mean} of every evaluation. */
    public double[] means() {
        return IntStream.range(0, evaluations()).mapToDouble(this::mean).toArray();
    }
}
