package org.tempera.algorithms.critic;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Forward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** What follows a hidden layer, in the graph and on the host. */
public enum Nonlinearity {
    /** Nothing: an affine network, as published. */
    NONE(1),
    /** {@code max(x, 0)}. */
    RELU(2),
    /** {@code x sigmoid(x)}. */
    SILU(2),
    /** {@code x Phi(x)}. */
    GELU(2);

    private final double gain;

    Nonlinearity(double gain) {
        this.gain = gain;
    }

    Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        return switch (this) {
            case NONE -> x;
            case RELU -> Activation.RELU.apply(f, x);
            case SILU -> Activation.SILU.apply(f, x);
            case GELU -> Activation.GELU.apply(f, x);
        };
    }

    /** The same function of one number. */
    public DoubleUnaryOperator onHost() {
        return switch (this) {
            case NONE -> DoubleUnaryOperator.identity();
            case RELU -> x -> Math.max(x, 0);
            case SILU -> x -> x / (1 + Math.exp(-x));
            case GELU -> x -> x * 0.5 * (1 + Erf.erf(x * Math.sqrt(0.5)));
        };
    }

    /** Variance times fan-in that keeps the scale of activations (He et al. 2015; 1 after LeCun et al. 1998). */
    double gain() {
        return gain;
    }
}
