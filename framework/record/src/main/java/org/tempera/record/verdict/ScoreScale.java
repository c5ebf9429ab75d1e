package org.tempera.record.verdict;

import java.util.Arrays;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * The scale of a reward, by which scores of unlike rewards are made comparable.
 *
 * @param mean of the scores that it was taken from; 0 of none
 * @param deviation their standard deviation with divisor n - 1; 1 where they do not differ
 */
public record ScoreScale(double mean, double deviation) {
    /** The scale of these scores; those that are NaN or infinite are passed over. */
    public static ScoreScale of(double[] scores) {
        double[] finite = Arrays.stream(scores).filter(Double::isFinite).toArray();
        double deviation = finite.length < 2 ? 0 : new StandardDeviation().evaluate(finite);
        return new ScoreScale(finite.length == 0 ? 0 : new Mean().evaluate(finite), deviation > 0 ? deviation : 1);
    }

    /** How many deviations a score lies above the mean. */
    public double standardise(double score) {
        return (score - mean) / deviation;
    }
}
