package org.tempera.spi.algorithm;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What targets are computed from: the part of an epoch's rollout that is small, a few numbers for each step of each
 * sample. Host arrays, not copied: read only.
 *
 * @param prompts one for each sample
 * @param timesteps training timesteps visited, whole or not, in sampling order, {@code [step]}
 * @param stochasticSteps those of the steps that added noise, ascending: at the others log-probabilities and values are
 *     0
 * @param latentSize how many numbers a latent holds, over which log-probabilities are summed
 * @param columns numbers of every step by name, each {@code [sample][step]}: those of the rollout that are one number a
 *     step
 */
@SuppressWarnings("ArrayRecordComponent") // not copied, compared with none
public record EpochColumns(
        List<String> prompts,
        float[] timesteps,
        List<Integer> stochasticSteps,
        int latentSize,
        Map<String, float[][]> columns) {
    /** An epoch of which every step is stochastic. */
    public EpochColumns(List<String> prompts, float[] timesteps, int latentSize, Map<String, float[][]> columns) {
        this(prompts, timesteps, IntStream.range(0, timesteps.length).boxed().toList(), latentSize, columns);
    }

    public int samples() {
        return prompts.size();
    }

    public int steps() {
        return timesteps.length;
    }

    /** A column that must be there, {@code [sample][step]}. */
    public float[][] column(String name) {
        float[][] c = columns.get(name);
        if (c == null) {
            throw new IllegalStateException("the epoch has no column '" + name + "', only " + columns.keySet());
        }
        return c;
    }
}
