package org.tempera.core.train;

import java.util.OptionalDouble;

/**
 * Where a run stands, for people.
 *
 * @param epoch epochs that are complete
 * @param epochs epochs in all
 * @param reward mean training reward of the epoch's samples
 * @param gold mean gold score of the latest evaluation, where there is one
 * @param imagesPerSecond samples of the epoch over the time of all its phases
 * @param secondsLeft estimate from the epochs so far
 */
public record Progress(
        int epoch, int epochs, double reward, OptionalDouble gold, double imagesPerSecond, double secondsLeft) {}
