package org.tempera.diffusers.ddim;

import org.tempera.nn.layers.Forward;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;

/**
 * Dynamic thresholding (Saharia et al., 2022, section 2.3): a sample is clamped to the quantile of its magnitudes, and
 * divided by it.
 *
 * @param ratio which quantile, in [0,1]
 * @param largest the quantile is clamped to [1, largest]
 */
public record DynamicThresholding(double ratio, double largest) {
    /** Latents {@code [batch, height, width, channels]}, each thresholded by itself. */
    Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
        Shape shape = x.asOutput().shape();
        int batch = Forward.sizes(x)[0];
        int size = Math.toIntExact(shape.size() / batch);
        Operand<TFloat32> rows = tf.reshape(x, tf.constant(new int[] {batch, size}));
        // Between the two magnitudes at its rank, in single precision as the reference.
        float rank = (float) ratio * (size - 1);
        int below = (int) Math.floor(rank);
        int count = size - below;
        Operand<TFloat32> largestFirst = tf.nn.topK(tf.math.abs(rows), tf.constant(count), new TopK.Options[0])
                .values();
        Operand<TFloat32> low = column(tf, largestFirst, count - 1, batch);
        Operand<TFloat32> high = column(tf, largestFirst, Math.max(0, count - 2), batch);
        Operand<TFloat32> quantile = tf.math.add(low, tf.math.mul(tf.math.sub(high, low), tf.constant(rank - below)));
        // The upper bound wins where it is below one, as in the reference.
        Operand<TFloat32> s = tf.math.minimum(tf.math.maximum(quantile, tf.constant(1f)), tf.constant((float) largest));
        Operand<TFloat32> clamped = tf.math.minimum(tf.math.maximum(rows, tf.math.neg(s)), s);
        return tf.reshape(tf.math.div(clamped, s), tf.constant(shape.asArray()));
    }

    private static Operand<TFloat32> column(Ops tf, Operand<TFloat32> rows, int at, int batch) {
        return tf.slice(rows, tf.constant(new int[] {0, at}), tf.constant(new int[] {batch, 1}));
    }
}
