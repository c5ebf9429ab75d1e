package org.tempera.spi.algorithm;

import java.util.Map;

/**
 * What a loss is computed against. The arrays are the framework's from then on: an algorithm neither keeps nor changes
 * them.
 *
 * @param columns by name, each {@code [sample][step]}, or {@code [sample][1]} for a number that is the same at each
 *     step; a name that no column of the rollout has
 * @param metrics scalars to log once for the epoch, by name, see {@link org.tempera.spi.MetricNames}
 */
public record Targets(Map<String, float[][]> columns, Map<String, Double> metrics) {
    /** Advantage of the step: what the policy is moved by; 0 leaves it alone. */
    public static final String ADVANTAGE = "advantage";

    /** Return of the state before the step: what a critic is fitted to. */
    public static final String RETURN = "return";

    /** Whether a column has nothing but zeros; not so where there is no such column. */
    public boolean isZero(String column) {
        float[][] rows = columns.get(column);
        if (rows == null) {
            return false;
        }
        for (float[] row : rows) {
            for (float x : row) {
                if (x != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
