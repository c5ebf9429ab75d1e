package org.tempera.algorithms.loss;

import java.util.Map;
import java.util.function.Function;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The distance of the outputs from the reference policy's as a term of a loss ({@link OutputDistance}): what
 * {@link KlLoss} is to steps that were taken, for losses that read none.
 *
 * @param coefficient its factor, 0 for none
 */
public record DistanceLoss(double coefficient) {
    /** Mean square distance of the policy's outputs from the reference policy's. */
    public static final String TO_REFERENCE = "train/distance_to_reference";

    public DistanceLoss {
        if (!(coefficient >= 0)) {
            throw new IllegalArgumentException("the factor of a distance must not be negative, found " + coefficient);
        }
    }

    /**
     * The loss with the term added, a scalar; the same loss where there is no term.
     *
     * @param outputs of the policy and the reference, each {@code [batch, height, width, channels]}; those of the
     *     reference are asked for where there is a term
     * @param loss a scalar
     * @param metrics gets the mean distance
     */
    public Operand<TFloat32> addTo(
            Ops tf,
            Function<Weights, Operand<TFloat32>> outputs,
            Operand<TFloat32> loss,
            Map<String, Operand<TFloat32>> metrics) {
        if (coefficient == 0) {
            return loss;
        }
        Operand<TFloat32> distance =
                OutputDistance.mean(tf, outputs.apply(Weights.POLICY), outputs.apply(Weights.REFERENCE));
        metrics.put(TO_REFERENCE, distance);
        return PolicyObjective.withDivergence(tf, loss, distance, coefficient);
    }
}
