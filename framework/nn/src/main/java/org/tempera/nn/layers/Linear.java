package org.tempera.nn.layers;

import java.util.Optional;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/** An affine map of the rows of a matrix: {@code x W + b}. */
public final class Linear {
    /** Rows of so many numbers lie 4 KiB apart, where a cache keeps few of them. */
    private static final int ALIASED = 1024;

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
        f.observer().ifPresent(o -> o.applied(weight, w -> f.tf().linalg.matMul(x, w)));
        Operand<TFloat32> y = product(f, x, weight.value(f.weights()));
        return bias.isEmpty() ? y : f.tf().nn.biasAdd(y, bias.get().value(f.weights()));
    }

    /** The weight turned over first where the product then takes half the time, its own transposition included. */
    private static Operand<TFloat32> product(Forward f, Operand<TFloat32> x, Operand<TFloat32> w) {
        return Forward.sizes(w)[1] % ALIASED == 0
                ? f.tf().linalg.matMul(x, f.tf().linalg.transpose(w, f.ints(1, 0)), MatMul.transposeB(true))
                : f.tf().linalg.matMul(x, w);
    }
}
