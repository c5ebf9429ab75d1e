package org.tempera.nn.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The convolution of a large image as that of a batch of its bands of rows, each with the rows around that its edge
 * sees.
 *
 * <p>The numbers are the same. oneDNN convolves one large image slowly, and with scalar code, fifty times slower, where
 * the image's unfolded patches are above 1 GB: a decoder's last levels at 512x512 pixels. A batch of bands goes at full
 * speed.
 */
public final class RowBands {
    /** Numbers in the unfolded patches of a band: 128 MB. */
    private static final long MOST = 1L << 25;

    private static final int MOST_BANDS = 64;

    private RowBands() {}

    /**
     * Into how many bands an image should be cut, a divisor of its rows; 1 if it is small.
     *
     * @param rows of the result
     * @param columns of the result
     * @param taps of an output number: kernel rows times columns times channels
     */
    public static int count(int rows, int columns, int taps) {
        long patches = (long) rows * columns * taps;
        for (int bands = 1; bands <= Math.min(rows, MOST_BANDS); bands++) {
            if (rows % bands == 0 && patches / bands <= MOST) {
                return bands;
            }
        }
        return 1;
    }

    /**
     * The convolution, of stride one.
     *
     * @param x images with zeros around, {@code [batch, rows + kernel - 1, columns + kernel - 1, in]}
     * @param kernel its rows
     * @param bands how many, a divisor of rows
     * @param convolve a convolution without padding, of any batch
     * @return {@code [batch, rows, columns, out]}
     */
    public static Operand<TFloat32> convolve(
            Forward f, Operand<TFloat32> x, int kernel, int bands, UnaryOperator<Operand<TFloat32>> convolve) {
        Ops tf = f.tf();
        int[] s = Forward.sizes(x);
        int rows = s[1] - kernel + 1;
        int high = rows / bands;
        List<Operand<TFloat32>> cut = new ArrayList<>();
        for (int image = 0; image < s[0]; image++) {
            for (int band = 0; band < bands; band++) {
                cut.add(tf.slice(x, f.ints(image, band * high, 0, 0), f.ints(1, high + kernel - 1, s[2], s[3])));
            }
        }
        // Bands lie behind each other as their rows do in the image.
        Operand<TFloat32> result = convolve.apply(f.concat(cut, 0));
        int[] r = Forward.sizes(result);
        return f.reshape(result, s[0], rows, r[2], r[3]);
    }
}
