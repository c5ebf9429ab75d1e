package org.tempera.nn.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Precision;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** An affine map of the rows of a matrix: {@code x W + b}. */
public final class Linear {
    private final Weight weight;
    private final Optional<Weight> bias;

    /** Declares {@code weight} [in, out] and {@code bias} [out], if any. */
    public Linear(ParameterSource source, int in, int out, boolean bias) {
        this(source, in, out, bias, Layout.LINEAR);
    }

    /** As above, for files that hold the matrix as {@code layout} says. */
    public Linear(ParameterSource source, int in, int out, boolean bias, Layout layout) {
        // As PyTorch draws them: both uniform within 1 / sqrt(in).
        Initializer fresh = new Initializer.Uniform((float) (1 / Math.sqrt(in)));
        this.weight = source.weight("weight", layout, Shape.of(in, out), fresh);
        this.bias = bias ? Optional.of(source.weight("bias", Layout.SAME, Shape.of(out), fresh)) : Optional.empty();
    }

    /** Rows {@code [rows, in]} to {@code [rows, out]}. */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        observe(f, x);
        Operand<TFloat32> product = Product.withAdapter(
                f, weight, Product.of(f, x, weight), w -> f.tf().linalg.matMul(x, w));
        return biased(f, product, bias.map(b -> b.value(f.weights())));
    }

    /**
     * The columns of {@link #apply} in parts of equal width, each a product of its own: columns of the result are read
     * without being copied, and where rows of the weight lie 4 KiB apart products of half as many columns are faster by
     * a quarter. Costs a copy of the weight. In bfloat16 they are parts of one product.
     */
    List<Operand<TFloat32>> applyInParts(Forward f, Operand<TFloat32> x, int parts) {
        if (f.precision() == Precision.BFLOAT16) {
            return List.copyOf(
                    f.tf().split(f.tf().constant(1), apply(f, x), (long) parts).output());
        }
        observe(f, x);
        List<? extends Operand<TFloat32>> weights = f.tf().split(
                        f.tf().constant(1), weight.value(f.weights()), (long) parts)
                .output();
        Optional<List<? extends Operand<TFloat32>>> biases =
                bias.map(b -> f.tf().split(f.tf().constant(0), b.value(f.weights()), (long) parts)
                        .output());
        List<Operand<TFloat32>> all = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            int part = i;
            all.add(biased(f, f.tf().linalg.matMul(x, weights.get(part)), biases.map(b -> b.get(part))));
        }
        return all;
    }

    private void observe(Forward f, Operand<TFloat32> x) {
        f.observer().ifPresent(o -> o.applied(weight, w -> f.tf().linalg.matMul(x, w)));
    }

    private static Operand<TFloat32> biased(
            Forward f, Operand<TFloat32> y, Optional<? extends Operand<TFloat32>> bias) {
        return bias.isEmpty() ? y : f.tf().nn.biasAdd(y, bias.get());
    }
}
