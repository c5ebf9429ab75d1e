package org.tempera.spi.reward;

import java.util.List;
import java.util.Optional;

/** A reward that is computed from pixels on the host; it has no gradient. */
@FunctionalInterface
public non-sealed interface HostReward extends Reward {
    /**
     * Scores each image, finite, in a new array. It is called from one thread at a time, not always the same, and this
     * thread is interrupted when the run is to stop without waiting for the scores.
     *
     * @throws PartialScores if some of the images have a score and others have none
     * @throws UnavailableReward if it has no scores for now
     * @throws MisconfiguredReward if its scores would be wrong until its set-up is changed, which ends the run
     */
    float[] score(List<Sample> samples);

    @Override
    default Optional<String> preprocessing() {
        return Optional.of("rounded to 8 bits");
    }

    /** A host reward from a lambda. */
    static HostReward of(HostReward score) {
        return score;
    }

    /**
     * One image and its prompt.
     *
     * @param prompt the prompt
     * @param height rows
     * @param width columns
     * @param rgb 8-bit RGB, row by row, {@code height * width * 3} bytes; read only
     * @param seed identifies the sample within its run: the same on every repetition of the run
     */
    record Sample(String prompt, int height, int width, byte[] rgb, long seed) {}
}
