package org.tempera.core.train;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where a run stands, for people.
 *
 * @param epoch epochs that are complete
 * @param epochs epochs in all
 * @param reward mean training reward of the epoch's samples; empty where the run learns from choices
 * @param gold of the latest evaluation, where there is one
 * @param imagesPerSecond samples or pictures of the epoch over the time of all its phases
 * @param secondsLeft estimate from the epochs so far
 */
public record Progress(
        int epoch, int epochs, OptionalDouble reward, Optional<Gold> gold, double imagesPerSecond, double secondsLeft) {
    /**
     * A mean gold score.
     *
     * @param epoch epochs that were complete when it was measured: that epoch's, or an earlier one's
     */
    public record Gold(int epoch, double mean) {}
}
