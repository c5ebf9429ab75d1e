package org.tempera.record.verdict;

/**
 * A bound that a constraint's mean score was to stay at or above, and the last evaluation, which is of other pictures
 * than those that the run kept to it.
 *
 * @param reward name of the constraint
 * @param bound as it is scored
 * @param evaluated mean score of the last evaluation, with its interval
 */
public record EvaluatedBound(String reward, double bound, Estimate evaluated) {
    /** Whether the evaluation's mean is at or above it. */
    public boolean held() {
        return evaluated.mean() >= bound;
    }

    /** Such as {@code jpeg-compressibility -1.2129: evaluated -1.229 [-1.25, -1.208], not held, within the noise}. */
    @Override
    public String toString() {
        boolean within = evaluated.lower() <= bound && bound <= evaluated.upper();
        return reward + " " + Estimate.number(bound) + ": evaluated " + evaluated + (held() ? ", held" : ", not held")
                + (within ? ", within the noise" : "");
    }
}
