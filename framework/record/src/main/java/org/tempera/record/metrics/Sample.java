package org.tempera.record.metrics;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One picture that was sampled, with its scores.
 *
 * @param epoch epochs that are complete when it was logged; 0 before training
 * @param phase whether it trained the policy or evaluated it
 * @param index its place among the epoch's samples of this phase, from 0
 * @param prompt what was asked for
 * @param seed of its noise
 * @param rewards every score by name, NaN where a reward gave none
 * @param ruler fingerprint of what measured it; empty for a sample that trained, and where it is not known
 * @param signs what may betray over-optimisation and is no score, by name, such as {@code saturation}; empty for a
 *     sample that trained, and where it was not measured
 */
public record Sample(
        int epoch,
        Phase phase,
        int index,
        String prompt,
        long seed,
        SortedMap<String, Double> rewards,
        Optional<String> ruler,
        SortedMap<String, Double> signs) {
    /** What a sample was drawn for. */
    public enum Phase {
        /** It is part of a rollout. */
        TRAIN,
        /** It is part of an evaluation, at fixed prompts and noise. */
        EVALUATION
    }

    public Sample {
        rewards = Collections.unmodifiableSortedMap(new TreeMap<>(rewards));
        signs = Collections.unmodifiableSortedMap(new TreeMap<>(signs));
    }

    /** A sample that was scored alone. */
    public Sample(
            int epoch,
            Phase phase,
            int index,
            String prompt,
            long seed,
            SortedMap<String, Double> rewards,
            Optional<String> ruler) {
        this(epoch, phase, index, prompt, seed, rewards, ruler, Collections.emptySortedMap());
    }

    /** A sample of which it is not known what measured it. */
    public Sample(int epoch, Phase phase, int index, String prompt, long seed, SortedMap<String, Double> rewards) {
        this(epoch, phase, index, prompt, seed, rewards, Optional.empty());
    }

    /** The same at another place. */
    public Sample at(int place) {
        return place == index ? this : new Sample(epoch, phase, place, prompt, seed, rewards, ruler, signs);
    }
}
