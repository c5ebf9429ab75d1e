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
    /** With a score of every sample, and weights of 1; there are no constraints, and nothing is logged. */
    public RewardTable(float[] training, Map<String, float[]> trained) {
        this(training, trained, ones(trained.keySet()), Map.of(), Map.of(), new boolean[training.length]);
    }

    /** The same with other weights of the rewards that are trained on. */
    public RewardTable withWeights(Map<String, Double> others) {
        return new RewardTable(training, trained, others, constraints, logged, skipped);
    }

    /** The same with constraints. */
    public RewardTable withConstraints(Map<String, float[]> others) {
        return new RewardTable(training, trained, weights, others, logged, skipped);
    }

    /** The same with logged rewards. */
    public RewardTable withLogged(Map<String, float[]> others) {
        return new RewardTable(training, trained, weights, constraints, others, skipped);
    }

    /** The same where other samples are without a score. */
    public RewardTable withSkipped(boolean[] others) {
        return new RewardTable(training, trained, weights, constraints, logged, others);
    }

    private static Map<String, Double> ones(Set<String> names) {
        Map<String, Double> ones = new LinkedHashMap<>();
        names.forEach(name -> ones.put(name, 1.0));
        return ones;
    }
}
