package org.tempera.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The prompts of each epoch, as a function of (seed, epoch): the file is gone through in shuffled passes, so that every
 * prompt is picked equally often.
 *
 * @param prompts all prompts
 * @param samples samples of an epoch
 * @param samplesPerPrompt samples that follow one another with the same prompt
 * @param seed the run's seed
 */
public record PromptSource(List<String> prompts, int samples, int samplesPerPrompt, long seed) {
    private static final long STREAM = 0x70726f6d7074L;

    /** The source of a run whose policy draws. */
    static PromptSource of(TrainingSpec spec) {
        return new PromptSource(
                spec.prompts(),
                spec.sampling().samplesPerEpoch(),
                spec.sampling().samplesPerPrompt(),
                spec.run().seed());
    }

    private ShuffledPasses passes() {
        return new ShuffledPasses(prompts.size(), seed, STREAM);
    }

    /** The prompts that the first epochs draw, each once. */
    Set<String> ofFirst(int epochs) {
        long picks = (long) epochs * (samples / samplesPerPrompt);
        if (picks >= prompts.size()) {
            return new LinkedHashSet<>(prompts);
        }
        Set<String> drawn = new LinkedHashSet<>();
        Arrays.stream(passes().at(0, (int) picks)).forEach(at -> drawn.add(prompts.get(at)));
        return drawn;
    }

    /** One prompt for each sample of an epoch, counted from 0. */
    public List<String> epoch(int epoch) {
        int picks = samples / samplesPerPrompt;
        List<String> chosen = new ArrayList<>(samples);
        for (int at : passes().at((long) epoch * picks, picks)) {
            chosen.addAll(Collections.nCopies(samplesPerPrompt, prompts.get(at)));
        }
        return chosen;
    }
}
