package org.tempera.algorithms.draft;

import java.util.Random;

/** How many of the last steps the gradient goes through. */
public enum Truncation {
    /** Always all of {@code last-steps}: DRaFT-K. */
    FIXED,
    /** Drawn for each micro-batch, each number from 1 to {@code last-steps} alike. */
    UNIFORM,
    /**
     * Drawn for each micro-batch from a normal distribution, rounded up, again until it is from 1 to
     * {@code last-steps}.
     */
    NORMAL;

    private static final int TRIES = 1_000;

    /**
     * Draws a number of steps.
     *
     * @param most the largest
     * @param mean of the normal distribution
     * @param deviation of the normal distribution
     */
    int draw(Random random, int most, double mean, double deviation) {
        return switch (this) {
            case FIXED -> most;
            case UNIFORM -> 1 + random.nextInt(most);
            case NORMAL -> normal(random, most, mean, deviation);
        };
    }

    /** A distribution that has next to nothing within bounds ends at the nearer one. */
    private static int normal(Random random, int most, double mean, double deviation) {
        for (int i = 0; i < TRIES; i++) {
            double drawn = Math.ceil(mean + deviation * random.nextGaussian());
            if (drawn >= 1 && drawn <= most) {
                return (int) drawn;
            }
        }
        return mean < 1 ? 1 : most;
    }
}
