package org.tempera.nn.preprocess;

import java.util.List;
import org.tempera.nn.layers.Forward;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Preprocessing that keeps the whole picture and its numbers unrounded: the longest side becomes the wanted size by
 * antialiased bicubic interpolation (Keys, 1981, a = -0.5) that is neither rounded nor clamped, zeros fill up to a
 * square, then mean and deviation. What open_clip's {@code ResizeMaxSize} does to tensors. Differentiable.
 */
public final class PaddedResize {
    private PaddedResize() {}

    /** In words, for a run's provenance. */
    public static String description(int size, List<Double> mean, List<Double> deviation) {
        return "longest side to " + size + " by bicubic in floats; zeros around to " + size + "x" + size + "; less "
                + mean + ", over " + deviation;
    }

    /**
     * Pixels as the encoder wants them.
     *
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}
     * @param size rows and columns of the result
     * @param mean of each channel
     * @param deviation of each channel
     * @return {@code [batch, size, size, 3]}
     */
    public static Operand<TFloat32> apply(
            GraphScope scope, Operand<TFloat32> images, int size, List<Double> mean, List<Double> deviation) {
        int[] s = Forward.sizes(images);
        if (s.length != 4 || s[3] != 3) {
            throw new IllegalArgumentException("images must be [batch, height, width, 3], found " + images.shape());
        }
        double scale = size / (double) Math.max(s[1], s[2]);
        // Python rounds halves to even, and so does rint.
        int height = (int) Math.rint(s[1] * scale);
        int width = (int) Math.rint(s[2] * scale);
        Ops tf = scope.tf();
        Forward f = new Forward(scope);
        Operand<TFloat32> x = images;
        if (height != s[1] || width != s[2] || height != size || width != size) {
            x = tf.linalg.transpose(x, tf.constant(new int[] {0, 1, 3, 2}));
            x = product(f, x, s[0] * s[1] * 3, s[2], width, size);
            x = tf.linalg.transpose(f.reshape(x, s[0], s[1], 3, size), tf.constant(new int[] {0, 3, 2, 1}));
            x = product(f, x, s[0] * size * 3, s[1], height, size);
            x = tf.linalg.transpose(f.reshape(x, s[0], size, 3, size), tf.constant(new int[] {0, 3, 1, 2}));
        }
        float[] factor = new float[3];
        float[] shift = new float[3];
        for (int c = 0; c < 3; c++) {
            factor[c] = (float) (1 / deviation.get(c));
            shift[c] = (float) (-mean.get(c) / deviation.get(c));
        }
        return tf.math.add(tf.math.mul(x, tf.constant(factor)), tf.constant(shift));
    }

    private static Operand<TFloat32> product(Forward f, Operand<TFloat32> x, int lines, int in, int resized, int size) {
        Operand<TFloat32> matrix = f.tf().constant(
                        Shape.of(in, size),
                        DataBuffers.of(ResampleMatrix.unrounded(in, resized, size, ResampleFilter.BICUBIC)));
        return f.tf().linalg.matMul(f.reshape(x, lines, in), matrix);
    }
}
