package org.tempera.core.train;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.tempera.core.reward.RewardCombiner.Combined;
import org.tempera.core.rollout.Noise;

/**
 * Where the rollouts of a run come from: the policy draws them and rewards score them, or people chose among pictures.
 */
interface Experience {
    /** The prompts of a run's epochs, each once. */
    static Set<String> prompts(TrainingSpec spec) {
        return spec.learnsFromChoices()
                ? new LinkedHashSet<>(spec.choices().orElseThrow().prompts())
                : PromptSource.of(spec).ofFirst(spec.run().epochs());
    }

    /** What the epoch after so many complete ones begins with. */
    TrainerState.Begin begin(int complete);

    /**
     * Collects what a begun epoch's rollout still lacks.
     *
     * @param complete epochs that are complete
     * @param listener told how far it has come
     * @throws org.tempera.graph.StopSignal.StoppedException if it was asked to stop; what there is by then stays
     */
    void collect(int complete, BegunEpoch now, RunListener listener);

    /**
     * What a rollout's samples are worth.
     *
     * @throws org.tempera.spi.UserException if a score is missing and may not be
     */
    Combined rewards(BegunEpoch now);

    /** Whether rewards scored the samples, so that there are scores to be logged. */
    boolean scored();

    /** The noise that samples were drawn with, by their indices. */
    Function<int[], Noise> noise(int complete);
}
