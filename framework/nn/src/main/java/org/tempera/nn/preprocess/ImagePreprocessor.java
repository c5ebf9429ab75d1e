package org.tempera.nn.preprocess;

import java.util.List;
import org.tempera.nn.layers.Forward;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Image preprocessing in the graph, to the bit of Pillow's 8-bit resize: levels are rounded to 8 bits before it and after
 * each of its two passes (rows are shortened first, then columns).
 *
 * <p>Differentiable: the gradient goes straight through every rounding, and is zero where an overshoot of the filter was
 * clamped. Memory and time are small beside any encoder's: two matrix products in double precision, which holds every sum
 * exactly.
 */
public final class ImagePreprocessor {
    private ImagePreprocessor() {}

    /**
     * Pixels as the encoder wants them.
     *
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}
     * @return {@code [batch, height', width', 3]}, with the size of {@link ImagePreprocessing#output}
     */
    public static Operand<TFloat32> apply(GraphScope scope, ImagePreprocessing how, Operand<TFloat32> images) {
        int[] s = Forward.sizes(images);
        if (s.length != 4 || s[3] != 3) {
            throw new IllegalArgumentException("images must be [batch, height, width, 3], found " + images.shape());
        }
        ImagePreprocessing.Size from = new ImagePreprocessing.Size(s[1], s[2]);
        ImagePreprocessing.Size resized = how.resized(from);
        ImagePreprocessing.Size to = how.output(from);
        ResampleMatrix columns = ResampleMatrix.of(from.width(), resized.width(), to.width(), how.filter());
        ResampleMatrix rows = ResampleMatrix.of(from.height(), resized.height(), to.height(), how.filter());
        Operand<TFloat32> levels = levels(scope, images);
        if (!columns.isIdentity() || !rows.isIdentity()) {
            levels = resample(scope, levels, s[0], columns, rows);
        }
        return normalised(scope.tf(), how, levels);
    }

    /** 8-bit levels 0..255 of RGB in [0,1]; the gradient is that of times 255. */
    private static Operand<TFloat32> levels(GraphScope scope, Operand<TFloat32> images) {
        Ops tf = scope.tf();
        Operand<TFloat32> rounded = tf.math.round(tf.math.mul(images, tf.constant(255f)));
        Operand<TFloat32> levels = tf.clipByValue(rounded, tf.constant(0f), tf.constant(255f));
        return scope.withGradient(levels, List.of(images), (t, dy) -> List.of(t.math.mul(dy, t.constant(255f))));
    }

    private static Operand<TFloat32> resample(
            GraphScope scope, Operand<TFloat32> levels, int batch, ResampleMatrix columns, ResampleMatrix rows) {
        Ops tf = scope.tf();
        int h = rows.in();
        int h2 = rows.out();
        int w = columns.in();
        int w2 = columns.out();
        // The axis that is resampled comes last.
        Operand<TFloat32> x = tf.linalg.transpose(levels, tf.constant(new int[] {0, 1, 3, 2}));
        x = pass(scope, tf.reshape(x, tf.constant(new int[] {batch * h * 3, w})), columns);
        x = tf.reshape(x, tf.constant(new int[] {batch, h, 3, w2}));
        x = tf.linalg.transpose(x, tf.constant(new int[] {0, 3, 2, 1}));
        x = pass(scope, tf.reshape(x, tf.constant(new int[] {batch * w2 * 3, h})), rows);
        x = tf.reshape(x, tf.constant(new int[] {batch, w2, 3, h2}));
        return tf.linalg.transpose(x, tf.constant(new int[] {0, 3, 1, 2}));
    }

    /** One pass over lines {@code [lines, in]} of levels, to levels {@code [lines, out]}. */
    private static Operand<TFloat32> pass(GraphScope scope, Operand<TFloat32> lines, ResampleMatrix matrix) {
        if (matrix.isIdentity()) {
            return lines;
        }
        Ops tf = scope.tf();
        Shape shape = Shape.of(matrix.in(), matrix.out());
        Operand<TFloat64> sum = tf.linalg.matMul(
                tf.dtypes.cast(lines, TFloat64.class), tf.constant(shape, DataBuffers.of(matrix.exact())));
        Operand<TFloat64> rounded = tf.math.floor(tf.math.add(sum, tf.constant(0.5)));
        Operand<TFloat64> clamped = tf.clipByValue(rounded, tf.constant(0.0), tf.constant(255.0));
        Operand<TFloat32> inside = tf.dtypes.cast(tf.math.equal(rounded, clamped), TFloat32.class);
        return scope.withGradient(
                tf.dtypes.cast(clamped, TFloat32.class),
                List.of(lines),
                (t, dy) -> List.of(t.linalg.matMul(
                        t.math.mul(dy, inside),
                        t.constant(shape, DataBuffers.of(matrix.rounded())),
                        MatMul.transposeB(true))));
    }

    private static Operand<TFloat32> normalised(Ops tf, ImagePreprocessing how, Operand<TFloat32> levels) {
        float[] scale = new float[3];
        float[] shift = new float[3];
        for (int c = 0; c < 3; c++) {
            scale[c] = (float) (how.factor() / how.deviation().get(c));
            shift[c] = (float) (-how.mean().get(c) / how.deviation().get(c));
        }
        return tf.math.add(tf.math.mul(levels, tf.constant(scale)), tf.constant(shift));
    }
}
