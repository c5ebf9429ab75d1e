package org.tempera.spi.algorithm;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Scores of a rollout's images by the rewards that an algorithm may use. Held-out scores are out of its reach. All
 * numbers are finite: a sample without a score, which is left out of the updates, has the mean of the others. The
 * arrays are read only.
 *
 * @param training the combined training reward, higher is better, {@code [sample]}: what is to be raised
 * @param trained every reward with the role {@code train} by its name in the config, raw, each {@code [sample]}
 * @param weights of the rewards that are trained on, by name, as the config has them
 * @param constraints every reward that is to be kept above a bound (its role in the config), raw, each {@code [sample]}
 * @param logged every reward with the role {@code logged}, raw, each {@code [sample]}: it is not to be raised, but
 *     a key of the algorithm may name it to be looked at. A sample that lacks its score alone has the mean of the
 *     others, or 0 where there are none, and is learnt from
 * @param skipped samples without a score, {@code [sample]}: where samples are compared with each other, these are not
 */
public record RewardTable(
        float[] training,
        Map<String, float[]> trained,
        Map<String, Double> weights,
        Map<String, float[]> constraints,
        Map<String, float[]> logged,
        boolean[] skipped) {
    /** Of weights that are all 1. */
    public RewardTable(
            float[] training,
            Map<String, float[]> trained,
            Map<String, float[]> constraints,
            Map<String, float[]> logged,
            boolean[] skipped) {
        this(training, trained, ones(trained.keySet()), constraints, logged, skipped);
    }

    /** Without constraints, nothing logged, and with a score of every sample. */
    public RewardTable(float[] training, Map<String, float[]> trained) {
        this(training, trained, Map.of(), new boolean[training.length]);
    }

    /** With nothing logged. */
    public RewardTable(
            float[] training, Map<String, float[]> trained, Map<String, float[]> constraints, boolean[] skipped) {
        this(training, trained, constraints, Map.of(), skipped);
    }

    private static Map<String, Double> ones(Set<String> names) {
        Map<String, Double> ones = new LinkedHashMap<>();
        names.forEach(name -> ones.put(name, 1.0));
        return ones;
    }
}
