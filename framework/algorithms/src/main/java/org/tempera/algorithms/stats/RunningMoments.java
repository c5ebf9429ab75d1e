package org.tempera.algorithms.stats;

import java.util.Map;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;

/**
 * Mean and variance of a stream of numbers, kept by Welford's update, so that they stay exact where the mean is far
 * larger than the deviation. Two streams merge as if they had been one (Chan, Golub and LeVeque 1979).
 */
public final class RunningMoments implements Checkpointable {
    private long count;
    private double mean;
    private double sumOfSquares;

    /** Moments of one batch. */
    public static RunningMoments of(double... values) {
        RunningMoments moments = new RunningMoments();
        moments.addAll(values);
        return moments;
    }

    public void add(double value) {
        count++;
        double before = value - mean;
        mean += before / count;
        sumOfSquares += before * (value - mean);
    }

    public void addAll(double... values) {
        for (double v : values) {
            add(v);
        }
    }

    /** Adds everything that {@code other} has seen. */
    public void merge(RunningMoments other) {
        if (other.count == 0) {
            return;
        }
        long total = count + other.count;
        double delta = other.mean - mean;
        // the sums first: other may be this
        double squares = sumOfSquares + other.sumOfSquares + delta * delta * count * other.count / total;
        mean += delta * other.count / total;
        sumOfSquares = squares;
        count = total;
    }

    public long count() {
        return count;
    }

    /** 0 before the first number. */
    public double mean() {
        return mean;
    }

    /** Variance with divisor n; 0 before the first number. */
    public double populationVariance() {
        return count == 0 ? 0 : Math.max(0, sumOfSquares / count);
    }

    /** Square root of {@link #populationVariance}. */
    public double populationDeviation() {
        return Math.sqrt(populationVariance());
    }

    /** Deviation with divisor n - 1; 0 before the second number. */
    public double sampleDeviation() {
        return count < 2 ? 0 : Math.sqrt(Math.max(0, sumOfSquares / (count - 1)));
    }

    @Override
    public Map<String, Object> state() {
        return Map.of("count", count, "mean", mean, "sumOfSquares", sumOfSquares);
    }

    @Override
    public void restore(Map<String, Object> state) {
        PlainFields fields = PlainFields.of(state);
        long newCount = fields.whole("count");
        if (newCount < 0) {
            throw new IllegalArgumentException("count must not be negative, found " + newCount);
        }
        mean = fields.number("mean");
        sumOfSquares = fields.number("sumOfSquares");
        count = newCount;
    }
}
