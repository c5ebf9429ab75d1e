package org.tempera.nn.layers;

import java.util.Optional;
import org.tempera.spi.graph.Initializer;
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
        f.observer().ifPresent(o -> o.applied(weight, w -> f.tf().linalg.matMul(x, w)));
        Operand<TFloat32> y = f.tf().linalg.matMul(x, weight.value(f.weights()));
        return bias.isEmpty() ? y : f.tf().nn.biasAdd(y, bias.get().value(f.weights()));
    }
}
