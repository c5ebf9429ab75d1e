package org.tempera.spi.algorithm;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.HostTensor;

/**
 * Samples of one epoch with every step that led to them. Host arrays, not copied: read only.
 *
 * @param prompts one for each sample
 * @param timesteps training timesteps visited, in sampling order, {@code [step]}
 * @param latents before each step and at the end, {@code [sample, step + 1, height, width, channels]}
 * @param columns numbers of every step by name, each {@code [sample, step]} or {@code [sample, step, ...]}: those that the
 *     algorithm declares ({@link Algorithm#columns}), and {@link #VALUE} where there is a critic
 * @param features the critic's features, {@code [sample, step, featureWidth]}; absent without a critic
 */
public record Rollout(
        List<String> prompts,
        int[] timesteps,
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

    /** A column that must be there and have one number for each step, copied, {@code [sample][step]}. */
    public float[][] column(String name) {
        HostTensor c = columns.get(name);
        if (c == null) {
            throw new IllegalStateException("the rollout has no column '" + name + "', only " + columns.keySet());
        }
        int steps = steps();
        float[][] rows = new float[samples()][];
        if (c.size() != rows.length * steps) {
            throw new IllegalStateException("the rollout's column '" + name + "' has " + c + ", not one number a step");
        }
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(c.data(), i * steps, (i + 1) * steps);
        }
        return rows;
    }
}
