package org.tempera.algorithms.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * How far the network's outputs lie from the reference policy's: what published code holds a policy near its reference
 * with where it weighs no step by its deviation (DiffusionNFT, DPOK's release).
 */
public final class OutputDistance {
    private OutputDistance() {}

    /**
     * The mean over everything of (output - reference)², a scalar. Times c² / 2σ² of a step, c being the derivative of
     * the step's mean by the output, it is that step's KL divergence per number of the latent.
     *
     * @param output {@code [batch, height, width, channels]}; with gradient
     * @param reference of the same shape; no gradient flows into it
     */
    public static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> output, Operand<TFloat32> reference) {
        if (!output.shape().equals(reference.shape()) || output.shape().numDimensions() != 4) {
            throw new IllegalArgumentException("expected two outputs [batch, height, width, channels], found "
                    + output.shape() + " and " + reference.shape());
        }
        return tf.math.mean(
                tf.math.square(tf.math.sub(output, tf.stopGradient(reference))), tf.constant(new int[] {0, 1, 2, 3}));
    }
}
