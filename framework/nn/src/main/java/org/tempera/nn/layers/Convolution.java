package org.tempera.nn.layers;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** A 2-D convolution over NHWC images. */
public final class Convolution {
    private final Weight weight;
    private final Optional<Weight> bias;
    private final int kernel;
    private final int stride;
    private final int before;
    private final int after;

    /** Stride one with bias, padded so that the size stays (for odd kernels). */
    public Convolution(ParameterSource source, int in, int out, int kernel) {
        this(source, in, out, kernel, 1, (kernel - 1) / 2, (kernel - 1) / 2);
    }

    /**
     * Declares {@code weight} [kernel, kernel, in, out] and {@code bias} [out].
     *
     * @param before zeros added above and to the left
     * @param after zeros added below and to the right
     */
    public Convolution(ParameterSource source, int in, int out, int kernel, int stride, int before, int after) {
        this(source, in, out, kernel, stride, before, after, true);
    }

    /** Declares {@code weight} [3, 3, channels, channels] alone, padded so that the size stays but for the stride. */
    public static Convolution withoutBias(ParameterSource source, int channels, int stride) {
        return new Convolution(source, channels, channels, 3, stride, 1, 1, false);
    }

    private Convolution(
            ParameterSource source, int in, int out, int kernel, int stride, int before, int after, boolean biased) {
        Initializer fresh = new Initializer.Uniform((float) (1 / Math.sqrt((double) in * kernel * kernel)));
        this.weight = source.weight("weight", Layout.CONVOLUTION, Shape.of(kernel, kernel, in, out), fresh);
        this.bias = biased ? Optional.of(source.weight("bias", Layout.SAME, Shape.of(out), fresh)) : Optional.empty();
        this.kernel = kernel;
        this.stride = stride;
        this.before = before;
        this.after = after;
    }

    /** Images {@code [batch, height, width, in]} to {@code [batch, height', width', out]}. */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        Operand<TFloat32> w = weight.value(f.weights());
        int[] s = Forward.sizes(x);
        boolean keepsSize = stride == 1 && before == after && 2 * before == kernel - 1;
        boolean same = keepsSize && bands(s[1], s[2], s[3]) == 1;
        Operand<TFloat32> in = x;
        if (!same && before + after > 0) {
            // EXPLICIT padding fails at run time: pad, then VALID.
            in = f.tf().pad(
                            x,
                            f.tf().constant(new int[][] {{0, 0}, {before, after}, {before, after}, {0, 0}}),
                            f.tf().constant(0f));
        }
        Operand<TFloat32> padded = in;
        Forward exact = f.inFloat32();
        f.observer().ifPresent(o -> o.applied(weight, other -> product(exact, padded, other, same)));
        Operand<TFloat32> y = Product.withAdapter(
                f, weight, product(f, padded, w, same), other -> product(exact, padded, other, same));
        return biased(f, y, bias.map(b -> b.value(f.weights())));
    }

    private static Operand<TFloat32> biased(Forward f, Operand<TFloat32> x, Optional<Operand<TFloat32>> bias) {
        return bias.<Operand<TFloat32>>map(b -> f.tf().nn.biasAdd(x, b)).orElse(x);
    }

    /**
     * As {@link #apply} of images enlarged by {@link NearestUpsampling}, and cheaper where that doubles them.
     *
     * @param x {@code [batch, h, w, in]}
     * @return {@code [batch, height, width, out]}; a stride divides height and width
     */
    public Operand<TFloat32> applyEnlarged(Forward f, Operand<TFloat32> x, int height, int width) {
        int[] s = Forward.sizes(x);
        boolean doubled = height == 2 * s[1] && width == 2 * s[2];
        if (!doubled || kernel != 3 || stride != 1 || before != 1 || after != 1) {
            return apply(f, NearestUpsampling.apply(f, x, height, width));
        }
        Forward exact = f.inFloat32();
        UnaryOperator<Operand<TFloat32>> map =
                other -> DoubledImage.convolve(exact, x, other, (seen, w) -> product(exact, seen, w, false));
        f.observer().ifPresent(o -> o.applied(weight, map));
        Optional<Operand<TFloat32>> b = bias.map(v -> v.value(f.weights()));
        Operand<TFloat32> y = DoubledImage.convolve(
                f, x, weight.value(f.weights()), (seen, w) -> biased(f, product(f, seen, w, false), b));
        return Product.withAdapter(f, weight, y, map);
    }

    private Operand<TFloat32> product(Forward f, Operand<TFloat32> x, Operand<TFloat32> w, boolean same) {
        int[] s = Forward.sizes(x);
        boolean trained = weight.trained(f.weights());
        int seen = Forward.sizes(w)[0];
        int bands = same ? 1 : bands(s[1] - seen + 1, s[2] - seen + 1, s[3]);
        if (bands > 1) {
            return RowBands.convolve(f, x, seen, bands, cut -> Product.convolution(f, cut, w, 1, "VALID", trained));
        }
        return Product.convolution(f, x, w, stride, same ? "SAME" : "VALID", trained);
    }

    /** By the declared kernel, also where {@link DoubledImage} has summed its taps to fewer. */
    private int bands(int rows, int columns, int channels) {
        return kernel > 1 && stride == 1 ? RowBands.count(rows, columns, kernel * kernel * channels) : 1;
    }
}
