package org.tempera.algorithms.loss;

/**
 * The ratios between which a policy loss follows the policy: outside, a sample that has already moved the way its
 * advantage asks for has no gradient.
 *
 * @param lower smallest ratio
 * @param upper largest ratio
 */
public record ClipRange(double lower, double upper) {
    public ClipRange {
        if (!(lower <= 1 && upper >= 1)) {
            throw new IllegalArgumentException(
                    "the clip range must hold the ratio 1, found [" + lower + ", " + upper + "]");
        }
    }

    /** [1 - range, 1 + range]: the form of PPO (Schulman et al. 2017, equation 7) and of the published code. */
    public static ClipRange ofRatio(double range) {
        return new ClipRange(1 - requireRange(range), 1 + range);
    }

    /**
     * [e^-range, e^range]: the log-ratio stays within {@code range} nats. Equal to {@link #ofRatio} for small ranges.
     */
    public static ClipRange ofNats(double range) {
        return new ClipRange(Math.exp(-requireRange(range)), Math.exp(range));
    }

    private static double requireRange(double range) {
        if (!(range >= 0)) {
            throw new IllegalArgumentException("the clip range must not be negative, found " + range);
        }
        return range;
    }
}
