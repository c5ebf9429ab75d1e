package org.tempera.nn.layers;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A convolution of stride one as the product of a matrix of patches with the kernel as it lies in memory. oneDNN puts a
 * kernel in another order at each use; where it has far more numbers than the images, as at the innermost resolution of
 * Stable Diffusion, that takes as long as the convolution itself.
 *
 * @param batch images
 * @param rows of the result
 * @param columns of the result
 * @param in channels
 * @param kernel its sizes, {@code [height, width, in, out]}
 * @param before zeros above and to the left
 * @param after zeros below and to the right
 */
record Unfolded(int batch, int rows, int columns, int in, int[] kernel, int before, int after) {
    /** Numbers of a kernel, 16 MB, whose order takes some 10 ms. */
    private static final long LARGE = 1L << 22;

    /** Places of an image; not of a batch, for its size must not change the rounding. */
    private static final int FEW = 128;

    /**
     * The convolution of images of these sizes.
     *
     * @param images {@code [batch, height, width, in]}
     * @param padding TensorFlow's name: SAME or VALID
     */
    static Unfolded of(int[] images, int[] kernel, String padding) {
        int zeros = padding.equals("SAME") ? kernel[0] - 1 : 0;
        return new Unfolded(
                images[0],
                images[1] + zeros - kernel[0] + 1,
                images[2] + zeros - kernel[1] + 1,
                images[3],
                kernel,
                zeros / 2,
                zeros - zeros / 2);
    }

    boolean isFaster() {
        long numbers = (long) kernel[0] * kernel[1] * kernel[2] * kernel[3];
        return numbers >= LARGE && (long) rows * columns <= FEW;
    }

    /** The convolution, {@code [batch, rows, columns, out]}. */
    Operand<TFloat32> convolve(Forward f, Operand<TFloat32> x, Operand<TFloat32> weight) {
        Ops tf = f.tf();
        int[][] around = {{0, 0}, {before, after}, {before, after}, {0, 0}};
        Operand<TFloat32> padded = after == 0 ? x : tf.pad(x, tf.constant(around), tf.constant(0f));
        List<Operand<TFloat32>> seen = new ArrayList<>();
        for (int row = 0; row < kernel[0]; row++) {
            for (int column = 0; column < kernel[1]; column++) {
                seen.add(tf.slice(padded, f.ints(0, row, column, 0), f.ints(batch, rows, columns, in)));
            }
        }
        int taps = kernel[0] * kernel[1] * in;
        Operand<TFloat32> patches = f.reshape(f.concat(seen, 3), batch * rows * columns, taps);
        Operand<TFloat32> y = tf.linalg.matMul(patches, f.reshape(weight, taps, kernel[3]));
        return f.reshape(y, batch, rows, columns, kernel[3]);
    }
}
