package org.tempera.nn.diffusion;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Log-density of a diagonal Gaussian step, summed over the latent. */
public final class GaussianLogProb {
    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private GaussianLogProb() {}

    /**
     * Log-probability in nats of {@code next} under N({@code mean}, {@code standardDeviation}^2), summed over all but
     * the first axis (Black et al. 2023, section 4.1).
     *
     * @param next {@code [batch, height, width, channels]}
     * @param mean of the same shape
     * @param standardDeviation {@code [batch, 1, 1, 1]}, positive
     * @return {@code [batch]}
     */
    public static Operand<TFloat32> sum(
            Ops tf, Operand<TFloat32> next, Operand<TFloat32> mean, Operand<TFloat32> standardDeviation) {
        long[] shape = mean.shape().asArray();
        long size = shape[1] * shape[2] * shape[3];
        Operand<TFloat32> z = tf.math.div(tf.math.sub(next, mean), standardDeviation);
        Operand<TFloat32> squares = tf.reduceSum(tf.math.square(z), tf.constant(new int[] {1, 2, 3}));
        Operand<TFloat32> logSigma =
                tf.reshape(tf.math.log(standardDeviation), tf.constant(new int[] {(int) shape[0]}));
        Operand<TFloat32> constant =
                tf.math.mul(tf.math.add(logSigma, tf.constant((float) HALF_LOG_TWO_PI)), tf.constant((float) size));
        return tf.math.neg(tf.math.add(tf.math.mul(squares, tf.constant(0.5f)), constant));
    }

    /** The same, averaged over the latent, {@code [batch]}: nats per number (Flow-GRPO and others). */
    public static Operand<TFloat32> mean(
            Ops tf, Operand<TFloat32> next, Operand<TFloat32> mean, Operand<TFloat32> standardDeviation) {
        long[] shape = mean.shape().asArray();
        return tf.math.div(
                sum(tf, next, mean, standardDeviation), tf.constant((float) (shape[1] * shape[2] * shape[3])));
    }

    /**
     * What Flow-GRPO takes for it where a step preserves the coefficients, {@code [batch]}: minus the mean over the
     * latent of ({@code next} - {@code mean})², without the deviation and in no unit of probability.
     */
    public static Operand<TFloat32> distance(Ops tf, Operand<TFloat32> next, Operand<TFloat32> mean) {
        return tf.math.neg(tf.math.mean(tf.math.square(tf.math.sub(next, mean)), tf.constant(new int[] {1, 2, 3})));
    }
}
