package org.tempera.algorithms.constrained;

import java.util.Map;
import org.tempera.algorithms.stats.RunningMoments;
import org.tempera.spi.PlainFields;

/**
 * Where a constraint holds.
 *
 * @param level mean score that it is to stay at or above
 * @param scale standard deviation of the base model's scores, which violations are measured in; 1 where these are equal
 */
record Bound(double level, double scale) {
    private static final String LEVEL = "level";
    private static final String SCALE = "scale";

    Bound {
        if (!(Double.isFinite(level) && scale > 0)) {
            throw new IllegalArgumentException(
                    "expected a bound and a scale above 0, found " + level + " and " + scale);
        }
    }

    /** The mean of the base model's scores, less a margin in their standard deviations. */
    static Bound below(double margin, double[] base) {
        RunningMoments moments = RunningMoments.of(base);
        double deviation = moments.populationDeviation();
        return new Bound(moments.mean() - margin * deviation, deviation > 0 ? deviation : 1);
    }

    /** Another level, violations of which are measured as before. */
    Bound at(double other) {
        return new Bound(other, scale);
    }

    /** How far a mean lies above the bound, as it is scored; negative where it lies below. */
    double slack(double mean) {
        return mean - level;
    }

    /** How far a mean lies below the bound, in standard deviations. */
    double violation(double mean) {
        return -slack(mean) / scale;
    }

    Map<String, Object> state() {
        return Map.of(LEVEL, level, SCALE, scale);
    }

    static Bound restored(PlainFields fields) {
        return new Bound(fields.number(LEVEL), fields.number(SCALE));
    }
}
