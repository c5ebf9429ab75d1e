package org.tempera.spi.algorithm;

import java.util.Arrays;

/**
 * One micro-batch of (sample, step) pairs, whose gradient is accumulated.
 *
 * @param samples index of the sample, {@code [batch]}
 * @param steps index of the step in sampling order, 0 the noisiest, {@code [batch]}; 0 where a loss reads no steps
 * @param apply whether the optimisers step after it, with the mean of the gradients accumulated since the last step
 */
public record Minibatch(int[] samples, int[] steps, boolean apply) {
    public Minibatch {
        if (samples.length != steps.length) {
            throw new IllegalArgumentException(
                    "samples and steps must be equally many, found " + samples.length + " and " + steps.length);
        }
    }

    /** Samples alone, for a loss that reads none of their steps. */
    public static Minibatch ofSamples(int[] samples, boolean apply) {
        return new Minibatch(samples, new int[samples.length], apply);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Minibatch m
                && apply == m.apply
                && Arrays.equals(samples, m.samples)
                && Arrays.equals(steps, m.steps);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(samples) * 31 + Arrays.hashCode(steps);
    }
}
