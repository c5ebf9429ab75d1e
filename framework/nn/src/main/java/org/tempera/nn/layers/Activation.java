package org.tempera.nn.layers;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
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
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "swish" -> "SILU";
                    case "gelu_pytorch_tanh" -> "GELU_NEW";
                    default -> name.toUpperCase(Locale.ROOT);
                };
        return Arrays.stream(values()).filter(a -> a.name().equals(wanted)).findFirst();
    }

    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        Ops tf = f.tf();
        return switch (this) {
            case SILU -> tf.math.mul(x, tf.math.sigmoid(x));
            case GELU ->
                tf.math.mul(
                        tf.math.mul(x, tf.constant(0.5f)),
                        tf.math.add(tf.constant(1f), tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))))));
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
}
