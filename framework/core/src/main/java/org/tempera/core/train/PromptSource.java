package org.tempera.core.train;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.tempera.base.random.StatelessRandom;

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

    /** The prompts that the first epochs draw, each once. */
    Set<String> ofFirst(int epochs) {
        long picks = (long) epochs * (samples / samplesPerPrompt);
        if (picks >= prompts.size()) {
            return new LinkedHashSet<>(prompts);
        }
        Set<String> drawn = new LinkedHashSet<>();
        int[] order = StatelessRandom.of(seed, STREAM, 0).permutation(prompts.size());
        for (int i = 0; i < picks; i++) {
            drawn.add(prompts.get(order[i]));
        }
        return drawn;
    }

    /** One prompt for each sample of an epoch, counted from 0. */
    public List<String> epoch(int epoch) {
        int picks = samples / samplesPerPrompt;
        List<String> chosen = new ArrayList<>(samples);
        long pass = -1;
        int[] order = {};
        for (int i = 0; i < picks; i++) {
            long position = (long) epoch * picks + i;
            if (position / prompts.size() != pass) {
                pass = position / prompts.size();
                order = StatelessRandom.of(seed, STREAM, pass).permutation(prompts.size());
            }
            String prompt = prompts.get(order[(int) (position % prompts.size())]);
            for (int k = 0; k < samplesPerPrompt; k++) {
                chosen.add(prompt);
            }
        }
        return chosen;
    }
}
