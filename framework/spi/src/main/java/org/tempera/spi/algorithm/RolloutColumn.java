package org.tempera.spi.algorithm;

import java.util.function.Function;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Numbers of every step that sampling computes and the rollout keeps, declared by the algorithm that reads them ({@link
 * Algorithm#columns}). One that reads what a step's noise decides, which are {@link SampledStep#next}, {@link
 * SampledStep#logProb} and {@link SampledStep#standardDeviation}, is computed at stochastic steps
 * alone, and is 0 at the others.
 *
 * @param name under which the rollout and {@link UpdateScope#column} have it
 * @param values one row for each sample: {@code [batch]}, or {@code [batch, ...]} for more than a number; of a static
 *     shape
 */
public record RolloutColumn(String name, Function<SampledStep, Operand<TFloat32>> values) {
    /** {@link Rollout#LOG_PROB}. */
    public static final RolloutColumn LOG_PROB =
            new RolloutColumn(Rollout.LOG_PROB, step -> step.logProb(step.weights()));

    /** {@link Rollout#REFERENCE_LOG_PROB}; costs a second pass through the network at every step. */
    public static final RolloutColumn REFERENCE_LOG_PROB =
            new RolloutColumn(Rollout.REFERENCE_LOG_PROB, step -> step.logProb(Weights.REFERENCE));

    /** {@link Rollout#MEAN}, as large as the latents. */
    public static final RolloutColumn MEAN = new RolloutColumn(Rollout.MEAN, step -> step.mean(step.weights()));
}
