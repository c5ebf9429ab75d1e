package org.tempera.nn.diffusion;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The divergence of two Gaussian steps of one deviation, in closed form (Fan et al., DPOK, 2023, equation 9). */
public final class GaussianDivergence {
    private GaussianDivergence() {}

    /**
     * KL(step | reference) in nats, summed over the latent: the sum of (mean - referenceMean)² / (2
     * standardDeviation²).
     *
     * @param mean {@code [batch, height, width, channels]}
     * @param referenceMean of the same shape
     * @param standardDeviation {@code [batch, 1, 1, 1]}, positive
     * @return {@code [batch]}
     */
    public static Operand<TFloat32> sum(
            Ops tf, Operand<TFloat32> mean, Operand<TFloat32> referenceMean, Operand<TFloat32> standardDeviation) {
        Operand<TFloat32> z = tf.math.div(tf.math.sub(mean, referenceMean), standardDeviation);
        return tf.math.mul(tf.reduceSum(tf.math.square(z), tf.constant(new int[] {1, 2, 3})), tf.constant(0.5f));
    }
}
