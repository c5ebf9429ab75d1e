package org.tempera.nn.layers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tempera.base.text.LowerCase;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Pointwise nonlinearities, by the names that model configurations use. */
public enum Activation {
    /** {@code x sigmoid(x)}. */
    SILU,
    /** {@code x Phi(x)}, with the error function, not its tanh approximation. */
    GELU,
    /** GELU by its tanh approximation. */
    GELU_NEW,
    /** {@code x sigmoid(1.702 x)}, OpenAI CLIP's. */
    QUICK_GELU,
    /** {@code x tanh(log(1 + e^x))}. */
    MISH,
    /** {@code max(x, 0)}. */
    RELU;

    /** The activation that a config calls {@code name}, such as {@code quick_gelu} or {@code swish}. */
    public static Optional<Activation> named(String name) {
        String wanted =
                switch (LowerCase.of(name)) {
                    case "swish" -> "SILU";
                    case "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate" -> "GELU_NEW";
                    case "gelu_python" -> "GELU";
                    default -> name;
                };
        return Arrays.stream(values())
                .filter(a -> a.name().equalsIgnoreCase(wanted))
                .findFirst();
    }

    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        Ops tf = f.tf();
        return switch (this) {
            case SILU -> silu(f, x);
            case GELU -> gelu(f, x);
            case GELU_NEW ->
                tf.math.mul(
                        tf.math.mul(x, tf.constant(0.5f)),
                        tf.math.add(
                                tf.constant(1f),
                                tf.math.tanh(tf.math.mul(
                                        tf.math.mul(x, tf.constant((float) Math.sqrt(2 / Math.PI))),
                                        tf.math.add(
                                                tf.constant(1f),
                                                tf.math.mul(tf.math.square(x), tf.constant(0.044715f)))))));
            case QUICK_GELU -> tf.math.mul(x, tf.math.sigmoid(tf.math.mul(x, tf.constant(1.702f))));
            case MISH -> tf.math.mul(x, tf.math.tanh(tf.math.softplus(x)));
            case RELU -> tf.nn.relu(x);
        };
    }

    /** With a gradient in few passes over memory: TensorFlow's takes ten operations. */
    private static Operand<TFloat32> silu(Forward f, Operand<TFloat32> x) {
        Operand<TFloat32> s = f.tf().math.sigmoid(x);
        Operand<TFloat32> y = f.multiply(x, s);
        return f.scope().withGradient(y, List.of(x), (t, dy) -> List.of(siluGradient(t, dy, s, y)));
    }

    /** Of SiLU, given its input alone. */
    static Operand<TFloat32> siluGradient(Ops tf, Operand<TFloat32> dy, Operand<TFloat32> x) {
        Operand<TFloat32> s = tf.math.sigmoid(x);
        return siluGradient(tf, dy, s, tf.math.mul(x, s));
    }

    /** {@code dy s (1 + x (1 - s))}, with {@code y = x s}. */
    private static Operand<TFloat32> siluGradient(
            Ops tf, Operand<TFloat32> dy, Operand<TFloat32> s, Operand<TFloat32> y) {
        return tf.math.mul(dy, tf.math.add(s, tf.math.mul(y, tf.math.sub(tf.constant(1f), s))));
    }

    /** With a gradient in few passes over memory, Phi(x) + x phi(x). */
    private static Operand<TFloat32> gelu(Forward f, Operand<TFloat32> x) {
        Operand<TFloat32> below = normalBelow(f.tf(), x);
        Operand<TFloat32> y = f.multiply(x, below);
        return f.scope().withGradient(y, List.of(x), (t, dy) -> List.of(t.math.mul(dy, geluSlope(t, x, below))));
    }

    /**
     * {@code value gelu(gate)}, as the gated feed-forward block has it, with a gradient in few passes over memory. Of
     * large ones that keeps these two alone: they are four times as wide as what the network hands on.
     */
    static Operand<TFloat32> gatedGelu(Forward f, Operand<TFloat32> value, Operand<TFloat32> gate) {
        Operand<TFloat32> below = normalBelow(f.tf(), gate);
        Operand<TFloat32> gelu = f.multiply(gate, below);
        Operand<TFloat32> y = f.multiply(value, gelu);
        if (!ComputedAgain.pays(gate)) {
            return f.scope()
                    .withGradient(
                            y, List.of(value, gate), (t, dy) -> gatedGeluGradients(t, dy, value, gate, below, gelu));
        }
        return f.scope().withGradient(y, List.of(value, gate), (t, dy) -> {
            GraphOperation now = ComputedAgain.together(t, List.of(dy, value, gate));
            Operand<TFloat32> v = now.output(1);
            Operand<TFloat32> g = now.output(2);
            Operand<TFloat32> belowAgain = normalBelow(t, g);
            return gatedGeluGradients(t, now.output(0), v, g, belowAgain, t.math.mul(g, belowAgain));
        });
    }

    private static List<Operand<TFloat32>> gatedGeluGradients(
            Ops tf,
            Operand<TFloat32> dy,
            Operand<TFloat32> value,
            Operand<TFloat32> gate,
            Operand<TFloat32> below,
            Operand<TFloat32> gelu) {
        return List.of(tf.math.mul(dy, gelu), tf.math.mul(tf.math.mul(dy, value), geluSlope(tf, gate, below)));
    }

    /** Phi(x), the share of a standard normal below x. */
    private static Operand<TFloat32> normalBelow(Ops tf, Operand<TFloat32> x) {
        Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
        return tf.math.add(tf.math.mul(erf, tf.constant(0.5f)), tf.constant(0.5f));
    }

    private static Operand<TFloat32> geluSlope(Ops tf, Operand<TFloat32> x, Operand<TFloat32> below) {
        Operand<TFloat32> exponent = tf.math.mul(tf.math.square(x), tf.constant(-0.5f));
        Operand<TFloat32> density =
                tf.math.mul(tf.math.exp(exponent), tf.constant((float) (1 / Math.sqrt(2 * Math.PI))));
        return tf.math.add(below, tf.math.mul(x, density));
    }
}
