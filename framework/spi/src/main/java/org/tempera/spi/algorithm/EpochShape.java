package org.tempera.spi.algorithm;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How large an epoch is, known from the config before anything is built.
 *
 * @param samples in an epoch; two for each choice under {@link Need#PAIRS}
 * @param steps denoising steps of a sample; 0 under {@link Need#PAIRS}
 * @param stochasticSteps those of the steps that add noise, ascending; no other step has a log-probability
 * @param samplesPerPrompt samples that follow one another with the same prompt; 2 under {@link Need#PAIRS}
 */
public record EpochShape(int samples, int steps, List<Integer> stochasticSteps, int samplesPerPrompt) {
    public EpochShape {
        stochasticSteps = List.copyOf(stochasticSteps);
    }

    /** An epoch of which every step is stochastic. */
    public EpochShape(int samples, int steps, int samplesPerPrompt) {
        this(samples, steps, IntStream.range(0, steps).boxed().toList(), samplesPerPrompt);
    }
}
