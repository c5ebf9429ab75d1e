package org.tempera.spi.algorithm;

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
 * @param columns numbers of every step by name ({@link #LOG_PROB}, {@link #REFERENCE_LOG_PROB}, {@link #VALUE}), each
 *     {@code [sample][step]}
 * @param features the critic's features, {@code [sample, step, featureWidth]}; absent without a critic
 */
public record Rollout(
        List<String> prompts,
        int[] timesteps,
        HostTensor latents,
        Map<String, float[][]> columns,
        Optional<HostTensor> features) {
    /** Log-probability of the step under the sampling policy, in nats, summed over the latent. */
    public static final String LOG_PROB = "log_prob";

    /** The same under the reference policy. */
    public static final String REFERENCE_LOG_PROB = "reference_log_prob";

    /** The critic's value of the state before the step, dropout off. */
    public static final String VALUE = "value";

    public int samples() {
        return prompts.size();
    }

    public int steps() {
        return timesteps.length;
    }

    /** A column that must be there. */
    public float[][] column(String name) {
        float[][] c = columns.get(name);
        if (c == null) {
            throw new IllegalStateException("the rollout has no column '" + name + "', only " + columns.keySet());
        }
        return c;
    }
}
