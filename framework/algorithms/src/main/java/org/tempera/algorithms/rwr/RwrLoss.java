package org.tempera.algorithms.rwr;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The weighted denoising error: mean over rows of w times the mean over the latent of (prediction - target)². */
public final class RwrLoss {
    private RwrLoss() {}

    /**
     * Builds the loss, a scalar.
     *
     * @param weights {@code [batch]}; no gradient flows into them
     * @param prediction the network's output, {@code [batch, height, width, channels]}; with gradient
     * @param target what it should be, of the same shape
     */
    public static Operand<TFloat32> build(
            Ops tf, Operand<TFloat32> weights, Operand<TFloat32> prediction, Operand<TFloat32> target) {
        if (weights.shape().numDimensions() != 1
                || prediction.shape().numDimensions() != 4
                || !prediction.shape().equals(target.shape())
                || weights.shape().get(0) != prediction.shape().get(0)) {
            throw new IllegalArgumentException("expected weights [batch] and predictions and targets [batch, height,"
                    + " width, channels], found " + weights.shape() + ", " + prediction.shape() + " and "
                    + target.shape());
        }
        Operand<TFloat32> error =
                tf.math.mean(tf.math.square(tf.math.sub(prediction, target)), tf.constant(new int[] {1, 2, 3}));
        return tf.math.mean(tf.math.mul(tf.stopGradient(weights), error), tf.constant(0));
    }
}
