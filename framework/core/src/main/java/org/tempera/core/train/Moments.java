package org.tempera.core.train;

import java.util.Arrays;
import java.util.Collection;

/** Mean and deviation of the scores that there are; one that is not finite is none. */
final class Moments {
    private Moments() {}

    /** Mean; NaN of no scores. */
    static double mean(float[] scores) {
        double sum = 0;
        for (float s : scores) {
            sum += Float.isFinite(s) ? s : 0;
        }
        return sum / count(scores);
    }

    /** Mean; NaN of no numbers. */
    static double mean(double[] numbers) {
        return Arrays.stream(numbers).filter(Double::isFinite).average().orElse(Double.NaN);
    }

    /** Standard deviation with divisor n; NaN of no scores, exactly 0 of equal ones. */
    static double deviation(float[] scores) {
        if (count(scores) > 0 && isConstant(scores)) {
            return 0;
        }
        double mean = mean(scores);
        double squares = 0;
        for (float s : scores) {
            squares += Float.isFinite(s) ? (s - mean) * (s - mean) : 0;
        }
        return Math.sqrt(squares / count(scores));
    }

    /** Whether all scores that there are are equal. */
    private static boolean isConstant(float[] scores) {
        float first = Float.NaN;
        for (float s : scores) {
            if (Float.isFinite(s)) {
                if (!Float.isNaN(first) && s != first) {
                    return false;
                }
                first = s;
            }
        }
        return true;
    }

    /** How many are missing. */
    static int missing(float[] scores) {
        return scores.length - count(scores);
    }

    /** How many are missing of several rewards. */
    static int missing(Collection<float[]> scores) {
        return scores.stream().mapToInt(Moments::missing).sum();
    }

    private static int count(float[] scores) {
        int n = 0;
        for (float s : scores) {
            n += Float.isFinite(s) ? 1 : 0;
        }
        return n;
    }
}
