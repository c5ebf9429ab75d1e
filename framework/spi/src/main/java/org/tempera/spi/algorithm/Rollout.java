package org.tempera.spi.algorithm;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.HostTensor;

/**
 * Samples of one epoch with every step that led to them. Host arrays, not copied: read only.
 *
 * <p>Under {@link Need#PAIRS} no steps led to them: {@code timesteps} is empty, latents are
 * {@code [sample, 1, height, width, channels]}, samples 2i and 2i + 1 are the chosen and the rejected picture of one
 * choice, and their training rewards are 1 and 0.
 *
 * @param prompts one for each sample
 * @param timesteps training timesteps visited, whole or not, in sampling order, {@code [step]}
 * @param stochasticSteps those of the steps that added noise, ascending
 * @param latents before each step and at the end, {@code [sample, step + 1, height, width, channels]}
 * @param columns numbers of every step by name, each {@code [sample, step]} or {@code [sample, step, ...]}: those that
 *     the algorithm declares ({@link Algorithm#columns}), and {@link #VALUE} where there is a critic. At steps that are
 *     not stochastic those that read a step's noise are 0, and so are features and values, unless no step is stochastic
 * @param features the critic's features, {@code [sample, step, featureWidth]}; absent without a critic
 */
public record Rollout(
        List<String> prompts,
        float[] timesteps,
        List<Integer> stochasticSteps,
        HostTensor latents,
        Map<String, HostTensor> columns,
        Optional<HostTensor> features) {
    /** Log-probability of the step under the sampling policy, in nats, summed over the latent. */
    public static final String LOG_PROB = "log_prob";

    /** The same under the reference policy. */
    public static final String REFERENCE_LOG_PROB = "reference_log_prob";

    /** Mean of the step under the sampling policy. */
    public static final String MEAN = "mean";

    /** The critic's value of the state before the step, dropout off. */
    public static final String VALUE = "value";

    public int samples() {
        return prompts.size();
    }

    public int steps() {
        return timesteps.length;
    }

    /** The part that targets are computed from; columns of one number a step, copied. */
    public EpochColumns epochColumns() {
        Map<String, float[][]> numbers = new LinkedHashMap<>();
        columns.forEach((name, column) -> {
            if (column.rank() == 2) {
                numbers.put(name, rows(column));
            }
        });
        return new EpochColumns(
                prompts, timesteps, stochasticSteps, latents.size(2) * latents.size(3) * latents.size(4), numbers);
    }

    private static float[][] rows(HostTensor column) {
        int steps = column.size(1);
        float[][] rows = new float[column.size(0)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(column.data(), i * steps, (i + 1) * steps);
        }
        return rows;
    }
}
