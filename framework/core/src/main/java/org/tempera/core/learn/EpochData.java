package org.tempera.core.learn;

import java.util.function.Function;
import org.tempera.core.prompt.TextEmbeddings;
import org.tempera.core.rollout.Noise;
import org.tempera.core.rollout.Schedule;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/**
 * What an epoch's updates learn from.
 *
 * @param skipped samples that must not be learnt from, {@code [sample]}: they have no gradient, whatever the loss reads
 * @param schedule the steps that every sample took
 * @param text what prompts are encoded to
 * @param noise the noise that samples were drawn with, by their indices
 * @param seed decides dropout, and noise that updates draw
 */
@SuppressWarnings("ArrayRecordComponent") // an epoch's own, compared with none
public record EpochData(
        Rollout rollout,
        Targets targets,
        boolean[] skipped,
        Schedule schedule,
        TextEmbeddings text,
        Function<int[], Noise> noise,
        long seed) {
    /** The same with other random numbers. */
    public EpochData withSeed(long other) {
        return new EpochData(rollout, targets, skipped, schedule, text, noise, other);
    }
}
