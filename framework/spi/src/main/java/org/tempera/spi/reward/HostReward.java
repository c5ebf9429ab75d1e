package org.tempera.spi.reward;

import java.util.List;
import java.util.Optional;

/** A reward that is computed from pixels on the host; it has no gradient. */
public non-sealed interface HostReward extends Reward {
    /**
     * Scores, one for each image, finite, in a new array. Called from one thread at a time, which may be another each time, and
     * which is interrupted when a run is to stop and will not wait for the scores.
     *
     * @throws PartialScores if some of the images have a score and others have none
     */
    float[] score(List<Sample> samples);

    @Override
    default Optional<String> preprocessing() {
        return Optional.of("rounded to 8 bits");
    }

    /**
     * One image and what it was asked to show.
     *
     * @param prompt the prompt
     * @param height rows
     * @param width columns
     * @param rgb 8-bit RGB, row by row, {@code height * width * 3} bytes; read only
     * @param seed identifies the sample within its run: the same on every repetition of the run
     */
    record Sample(String prompt, int height, int width, byte[] rgb, long seed) {}
}
