package org.tempera.algorithms.dpok;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What DPOK's release takes for the divergence: how far the guided prediction is from the reference's. */
public final class DpokLoss {
    private DpokLoss() {}

    /**
     * The mean over rows and latent of (prediction - referencePrediction)², a scalar. Times c² / 2σ² of a step, c being
     * the derivative of the step's mean by the prediction, it is that step's KL divergence per number of the latent.
     *
     * @param prediction the network's output under guidance, {@code [batch, height, width, channels]}; with gradient
     * @param referencePrediction of the same shape
     */
    public static Operand<TFloat32> predictionError(
            Ops tf, Operand<TFloat32> prediction, Operand<TFloat32> referencePrediction) {
        if (!prediction.shape().equals(referencePrediction.shape())
                || prediction.shape().numDimensions() != 4) {
            throw new IllegalArgumentException("expected two predictions [batch, height, width, channels], found "
                    + prediction.shape() + " and " + referencePrediction.shape());
        }
        return tf.math.mean(
                tf.math.square(tf.math.sub(prediction, tf.stopGradient(referencePrediction))),
                tf.constant(new int[] {0, 1, 2, 3}));
    }
}
