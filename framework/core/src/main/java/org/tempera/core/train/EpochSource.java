package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.PlainFields;

/**
 * What an epoch's samples come from, by the run's settings of now: a begun epoch must not go on under others.
 *
 * @param seed of the run, by which samples are drawn, and updates are planned
 * @param samples what each sample is, in words: its prompt, or the picture that was chosen from and its prompt
 */
record EpochSource(long seed, List<String> samples) {
    private static final String SEED = "seed";
    private static final String SAMPLES = "samples";

    EpochSource {
        samples = List.copyOf(samples);
    }

    /** As plain data, for so many samples as are collected. */
    Map<String, Object> state(int collected) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(SEED, seed);
        state.put(SAMPLES, samples.subList(0, collected));
        return state;
    }

    /**
     * Checks that samples that are collected come from this.
     *
     * @param before what {@link #state} gave of them
     * @throws IllegalArgumentException with the setting that differs
     */
    void require(PlainFields before, int collected) {
        List<String> found = before.texts(SAMPLES);
        if (found.size() != collected) {
            throw new IllegalArgumentException(
                    "it says of " + found.size() + " samples what they are, and has " + collected);
        }
        // Where nothing is collected, all is drawn by the settings of now.
        if (collected > 0 && before.whole(SEED) != seed) {
            throw new IllegalArgumentException(
                    "it was begun with run.seed = " + before.whole(SEED) + ", found " + seed + " now");
        }
        for (int i = 0; i < collected; i++) {
            if (!found.get(i).equals(samples.get(i))) {
                throw new IllegalArgumentException("sample " + i + " was of " + found.get(i)
                        + ", and by the prompts or choices of now is of " + samples.get(i));
            }
        }
    }
}
