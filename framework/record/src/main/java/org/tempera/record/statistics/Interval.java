package org.tempera.record.statistics;

/**
 * A number and the interval that a bootstrap gives it.
 *
 * @param value of the scores themselves
 * @param lower percentile of the values of resampled scores
 * @param upper percentile of the same
 */
public record Interval(double value, double lower, double upper) {
    /** That of the number with the other sign. */
    public Interval negated() {
        return new Interval(-value, -upper, -lower);
    }
}
