package org.tempera.algorithms.stats;

import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochShape;

/** Refuses epochs in which no sample has another of its prompt. */
public final class SamplesPerPrompt {
    private SamplesPerPrompt() {}

    /**
     * Checks that each prompt has two samples at least.
     *
     * @param key of the algorithm's block, such as {@code algorithm.grpo}
     * @param does what the algorithm does with them, such as {@code compares the samples of a prompt with each other}
     * @throws UserException if not
     */
    public static void requireTwo(String key, String does, EpochShape epoch) {
        if (epoch.samplesPerPrompt() < 2) {
            throw new UserException("sampling.samples-per-prompt: expected 2 or more, for " + key + " " + does
                    + ", found " + epoch.samplesPerPrompt());
        }
    }
}
