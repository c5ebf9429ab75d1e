package org.tempera.nn.preprocess;

import java.util.List;
import org.tempera.nn.layers.Forward;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/**
 * Image preprocessing in the graph, to the bit of Pillow's 8-bit resize: levels are rounded to 8 bits before it and
 * after each of its two passes, which come in the order of Pillow 13.
 *
 * <p>Differentiable: the gradient goes straight through every rounding, and is zero where an overshoot of the filter
 * was clamped. Every sum is exact: the coefficients are taken in two halves whose sums fit single precision, or, where
 * there are too many of them, in double precision, which takes three times as long.
 *
 * <p>{@link ContinuousImages} are not rounded at all: their pixels, and gradients, are those of the exact filter.
 */
public final class ImagePreprocessor {
    /** Pixels of a resized image: 64 million. */
    private static final long MOST_PIXELS = 1L << 26;

    /** Coefficients of one axis, source pixels times target pixels, which are kept for all pairs. */
    private static final long MOST_COEFFICIENTS = 1L << 23;

    private ImagePreprocessor() {}

    /**
     * Pixels as the encoder wants them.
     *
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}
     * @return {@code [batch, height', width', 3]}, with the size of {@link ImagePreprocessing#output}
     * @throws UserException if the images are so large, or so narrow, that resizing them would take any amount of
     *     memory
     */
    public static Operand<TFloat32> apply(GraphScope scope, ImagePreprocessing how, Operand<TFloat32> images) {
        int[] s = Forward.sizes(images);
        if (s.length != 4 || s[3] != 3) {
            throw new IllegalArgumentException("images must be [batch, height, width, 3], found " + images.shape());
        }
        ImagePreprocessing.Size from = new ImagePreprocessing.Size(s[1], s[2]);
        ImagePreprocessing.Size resized = how.resized(from);
        ImagePreprocessing.Size to = how.output(from);
        requireRoom(from, resized, to);
        ResampleMatrix columns = ResampleMatrix.of(
                from.width(),
                resized.width(),
                to.width(),
                how.cropStart().first(resized.width(), to.width()),
                how.filter());
        ResampleMatrix rows = ResampleMatrix.of(
                from.height(),
                resized.height(),
                to.height(),
                how.cropStart().first(resized.height(), to.height()),
                how.filter());
        boolean exact = ContinuousImages.has(scope, images);
        Operand<TFloat32> levels =
                exact ? scope.tf().math.mul(images, scope.tf().constant(255f)) : levels(scope, images);
        if (columns.isIdentity() && rows.isIdentity()) {
            return normalised(scope.tf(), how, levels, s[2]);
        }
        if (heightFirst(from, resized)) {
            return normalised(scope.tf(), how, resampledHeightFirst(scope, levels, columns, rows, exact), to.width());
        }
        // Rows of the image come first from here on: both passes are then products of matrices, and whole rows of
        // pixels stay together in memory where the image is large.
        Ops tf = scope.tf();
        Operand<TFloat32> x = tf.linalg.transpose(levels, tf.constant(new int[] {1, 0, 3, 2}));
        x = pass(scope, tf.reshape(x, tf.constant(new int[] {s[1] * s[0] * 3, s[2]})), columns, true, exact);
        x = tf.reshape(x, tf.constant(new int[] {s[1], s[0], 3, to.width()}));
        x = tf.linalg.transpose(x, tf.constant(new int[] {0, 1, 3, 2}));
        x = pass(scope, tf.reshape(x, tf.constant(new int[] {s[1], s[0] * to.width() * 3})), rows, false, exact);
        x = tf.reshape(x, tf.constant(new int[] {to.height(), s[0], to.width() * 3}));
        x = tf.linalg.transpose(x, tf.constant(new int[] {1, 0, 2}));
        return normalised(
                tf, how, tf.reshape(x, tf.constant(new int[] {s[0], to.height(), to.width(), 3})), to.width());
    }

    /** A bound on what becomes of an image, beside those on images themselves. */
    private static void requireRoom(
            ImagePreprocessing.Size from, ImagePreprocessing.Size resized, ImagePreprocessing.Size to) {
        boolean unchanged = from.equals(resized) && from.equals(to);
        long coefficients = Math.max((long) from.width() * to.width(), (long) from.height() * to.height());
        long pixels = (long) resized.width() * resized.height();
        if (!unchanged && (pixels > MOST_PIXELS || coefficients > MOST_COEFFICIENTS)) {
            throw new UserException("a picture of " + from.width() + "x" + from.height() + " pixels would become "
                    + resized.width() + " x "
                    + resized.height() + " pixels, cut to " + to.width() + " x " + to.height()
                    + ", which takes too much memory. Crop it, or make it smaller.");
        }
    }

    /**
     * Whether Pillow changes the height before the width: since version 13, where the height shrinks, and by more than
     * twice what the width does. Versions before never do, which shows only in images more than twice as high as wide.
     */
    private static boolean heightFirst(ImagePreprocessing.Size from, ImagePreprocessing.Size to) {
        return to.height() < from.height() && from.height() - to.height() > 2 * (from.width() - to.width());
    }

    private static Operand<TFloat32> resampledHeightFirst(
            GraphScope scope, Operand<TFloat32> levels, ResampleMatrix columns, ResampleMatrix rows, boolean exact) {
        Ops tf = scope.tf();
        int batch = Forward.sizes(levels)[0];
        int w = columns.in();
        int h2 = rows.out();
        int w2 = columns.out();
        Operand<TFloat32> x = tf.linalg.transpose(levels, tf.constant(new int[] {1, 0, 2, 3}));
        x = pass(scope, tf.reshape(x, tf.constant(new int[] {rows.in(), batch * w * 3})), rows, false, exact);
        x = tf.reshape(x, tf.constant(new int[] {h2, batch, w, 3}));
        x = tf.linalg.transpose(x, tf.constant(new int[] {0, 1, 3, 2}));
        x = pass(scope, tf.reshape(x, tf.constant(new int[] {h2 * batch * 3, w})), columns, true, exact);
        x = tf.reshape(x, tf.constant(new int[] {h2, batch, 3, w2}));
        return tf.linalg.transpose(x, tf.constant(new int[] {1, 0, 3, 2}));
    }

    /** 8-bit levels 0..255 of RGB in [0,1]; the gradient is that of times 255. */
    private static Operand<TFloat32> levels(GraphScope scope, Operand<TFloat32> images) {
        Ops tf = scope.tf();
        Operand<TFloat32> rounded = tf.math.round(tf.math.mul(images, tf.constant(255f)));
        Operand<TFloat32> levels = tf.clipByValue(rounded, tf.constant(0f), tf.constant(255f));
        return scope.withGradient(levels, List.of(images), (t, dy) -> List.of(t.math.mul(dy, t.constant(255f))));
    }

    /**
     * One pass over levels, to levels: of each row {@code [lines, in]} if the matrix comes last in the product, else of
     * each column {@code [in, lines]}.
     *
     * @param exact whether sums are left as they are, but for the clamp
     */
    private static Operand<TFloat32> pass(
            GraphScope scope, Operand<TFloat32> lines, ResampleMatrix matrix, boolean last, boolean exact) {
        if (matrix.isIdentity()) {
            return lines;
        }
        Ops tf = scope.tf();
        if (exact) {
            Operand<TFloat32> sums =
                    product(tf, lines, tf.constant(shape(matrix), DataBuffers.of(matrix.rounded())), last);
            return tf.math.minimum(tf.math.maximum(sums, tf.constant(0f)), tf.constant(255f));
        }
        Operand<TFloat32> rounded = matrix.halves()
                .map(h -> inHalves(tf, lines, matrix, h, last))
                .orElseGet(() -> inDoublePrecision(tf, lines, matrix, last));
        Operand<TFloat32> clamped = tf.clipByValue(rounded, tf.constant(0f), tf.constant(255f));
        Operand<TFloat32> inside = tf.dtypes.cast(tf.math.equal(rounded, clamped), TFloat32.class);
        return scope.withGradient(clamped, List.of(lines), (t, dy) -> {
            Operand<TFloat32> m = t.constant(shape(matrix), DataBuffers.of(matrix.rounded()));
            Operand<TFloat32> g = t.math.mul(dy, inside);
            return List.of(last ? t.linalg.matMul(g, m, MatMul.transposeB(true)) : t.linalg.matMul(m, g));
        });
    }

    /** Sums rounded to integers: both halves of the coefficients give sums that single precision holds exactly. */
    private static Operand<TFloat32> inHalves(
            Ops tf, Operand<TFloat32> lines, ResampleMatrix matrix, ResampleMatrix.Halves halves, boolean last) {
        Operand<TFloat32> high = product(tf, lines, tf.constant(shape(matrix), DataBuffers.of(halves.high())), last);
        Operand<TFloat32> low = product(tf, lines, tf.constant(shape(matrix), DataBuffers.of(halves.low())), last);
        Operand<TFloat32> carried = tf.math.mul(tf.math.floor(low), tf.constant(1f / (1 << ResampleMatrix.LOW_BITS)));
        return tf.math.floor(tf.math.add(tf.math.add(high, carried), tf.constant(0.5f)));
    }

    private static Operand<TFloat32> inDoublePrecision(
            Ops tf, Operand<TFloat32> lines, ResampleMatrix matrix, boolean last) {
        Operand<TFloat64> sum = product(
                tf,
                tf.dtypes.cast(lines, TFloat64.class),
                tf.constant(shape(matrix), DataBuffers.of(matrix.exact())),
                last);
        return tf.dtypes.cast(tf.math.floor(tf.math.add(sum, tf.constant(0.5))), TFloat32.class);
    }

    private static <T extends TFloating> Operand<T> product(Ops tf, Operand<T> lines, Operand<T> matrix, boolean last) {
        return last ? tf.linalg.matMul(lines, matrix) : tf.linalg.matMul(matrix, lines, MatMul.transposeA(true));
    }

    private static Shape shape(ResampleMatrix matrix) {
        return Shape.of(matrix.in(), matrix.out());
    }

    /** Levels times the processor's factor, less its mean, over its deviation; whole rows of pixels at a time. */
    private static Operand<TFloat32> normalised(Ops tf, ImagePreprocessing how, Operand<TFloat32> levels, int width) {
        float[] scale = new float[width * 3];
        float[] shift = new float[width * 3];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = (float) (how.factor() / how.deviation().get(i % 3));
            shift[i] = (float) (-how.mean().get(i % 3) / how.deviation().get(i % 3));
        }
        int[] s = Forward.sizes(levels);
        Operand<TFloat32> rows = tf.reshape(levels, tf.constant(new int[] {s[0] * s[1], s[2] * 3}));
        rows = tf.math.add(tf.math.mul(rows, tf.constant(scale)), tf.constant(shift));
        return tf.reshape(rows, tf.constant(s));
    }
}
