package org.tempera.core.train;

/** Mean and deviation of scores. */
final class Moments {
    private Moments() {}

    /** Mean; NaN of no scores. */
    static double mean(float[] scores) {
        double sum = 0;
        for (float s : scores) {
            sum += s;
        }
        return sum / scores.length;
    }

    /** Standard deviation with divisor n; NaN of no scores. */
    static double deviation(float[] scores) {
        double mean = mean(scores);
        double squares = 0;
        for (float s : scores) {
            squares += (s - mean) * (s - mean);
        }
        return Math.sqrt(squares / scores.length);
    }
}
