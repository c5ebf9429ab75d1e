package org.tempera.nn.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A 3x3 convolution of an image whose every pixel was repeated to 2x2, without making that image.
 *
 * <p>An output pixel sees the image of twice the size through three rows, of which two repeat one row of the small
 * image: their taps can be summed beforehand. So the even and odd rows and columns of the result are four 2x2
 * convolutions of the small image, with 16 products where there were 36.
 */
final class DoubledImage {
    /** By parity of the output's row: which of the three taps fall on the first and the second of two small rows. */
    private static final int[][][] TAPS = {{{0}, {1, 2}}, {{0, 1}, {2}}};

    private DoubledImage() {}

    /**
     * The convolution, zero outside of the image.
     *
     * @param x the small images, {@code [batch, h, w, in]}
     * @param kernel {@code [3, 3, in, out]}
     * @param convolve a convolution of stride one without padding, given images and a kernel {@code [2, 2, in, out]}
     * @return {@code [batch, 2 h, 2 w, out]}
     */
    static Operand<TFloat32> convolve(
            Forward f, Operand<TFloat32> x, Operand<TFloat32> kernel, BinaryOperator<Operand<TFloat32>> convolve) {
        Ops tf = f.tf();
        int[] s = Forward.sizes(x);
        int in = s[3];
        int out = Forward.sizes(kernel)[3];
        Operand<TFloat32> padded =
                tf.pad(x, tf.constant(new int[][] {{0, 0}, {1, 1}, {1, 1}, {0, 0}}), tf.constant(0f));
        Operand<TFloat32> summed = tf.linalg.matMul(sums(tf), f.reshape(kernel, 9, in * out));
        List<Operand<TFloat32>> rows = new ArrayList<>();
        for (int row = 0; row < 2; row++) {
            List<Operand<TFloat32>> columns = new ArrayList<>();
            for (int column = 0; column < 2; column++) {
                Operand<TFloat32> seen =
                        tf.slice(padded, f.ints(0, row, column, 0), f.ints(s[0], s[1] + 1, s[2] + 1, in));
                Operand<TFloat32> taps = tf.slice(summed, f.ints(4 * (2 * row + column), 0), f.ints(4, in * out));
                columns.add(convolve.apply(seen, f.reshape(taps, 2, 2, in, out)));
            }
            // Neighbours in the result are neighbours in memory already: [batch, h, w, column, out].
            rows.add(f.reshape(f.concat(columns, 3), s[0], s[1], 2 * s[2] * out));
        }
        return f.reshape(f.concat(rows, 2), s[0], 2 * s[1], 2 * s[2], out);
    }

    /** What sums a kernel's 9 taps to the 4 of each parity of row and column, {@code [16, 9]}. */
    private static Operand<TFloat32> sums(Ops tf) {
        float[] matrix = new float[16 * 9];
        int at = 0;
        for (int[][] byRow : TAPS) {
            for (int[][] byColumn : TAPS) {
                for (int[] y : byRow) {
                    for (int[] x : byColumn) {
                        for (int i : y) {
                            for (int j : x) {
                                matrix[9 * at + 3 * i + j] = 1;
                            }
                        }
                        at++;
                    }
                }
            }
        }
        return tf.constant(Shape.of(16, 9), DataBuffers.of(matrix));
    }
}
