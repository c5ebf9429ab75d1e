package org.tempera.core.learn;

import java.util.Optional;
import java.util.function.Function;
import org.tempera.core.rollout.Noise;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.rollout.TextEmbeddings;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/**
 * What an epoch's updates learn from.
 *
 * @param skipped samples that must not be learnt from, {@code [sample]}: they have no gradient, whatever the loss reads
 * @param schedule the steps that every sample took
 * @param text of prompts
 * @param negativePrompt what was steered away from; absent without guidance
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
        Optional<String> negativePrompt,
        Function<int[], Noise> noise,
        long seed) {
    /** The same with other random numbers. */
    public EpochData withSeed(long other) {
        return new EpochData(rollout, targets, skipped, schedule, text, negativePrompt, noise, other);
    }
}
