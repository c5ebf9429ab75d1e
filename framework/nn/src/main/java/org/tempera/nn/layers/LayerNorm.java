package org.tempera.nn.layers;

import java.util.ArrayList;
import java.util.List;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** Layer normalisation (Ba et al., 2016, eq. 4) of the rows of a matrix, with a gradient in closed form. */
public final class LayerNorm {
    private final Weight scale;
    private final Weight shift;
    private final float epsilon;

    /** Declares {@code weight} and {@code bias}, [width]. */
    public LayerNorm(ParameterSource source, int width, double epsilon) {
        this.scale = source.weight("weight", Layout.SAME, Shape.of(width), Initializer.ones());
        this.shift = source.weight("bias", Layout.SAME, Shape.of(width), Initializer.zeros());
        this.epsilon = (float) epsilon;
    }

    /** Rows {@code [rows, width]}, of the same shape. */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        Ops tf = f.tf();
        Operand<TFloat32> gamma = scale.value(f.weights());
        Operand<TFloat32> beta = shift.value(f.weights());
        Operand<TFloat32> d = tf.math.sub(x, rowMean(tf, x));
        Operand<TFloat32> r = tf.math.rsqrt(tf.math.add(rowMean(tf, tf.math.square(d)), tf.constant(epsilon)));
        Operand<TFloat32> normal = tf.math.mul(d, r);
        Operand<TFloat32> y = tf.math.add(tf.math.mul(normal, gamma), beta);
        boolean trained = scale.trained(f.weights());
        List<Operand<TFloat32>> inputs = trained ? List.of(x, gamma, beta) : List.of(x);
        return f.scope().withGradient(y, inputs, (t, dy) -> {
            Operand<TFloat32> g = t.math.mul(dy, gamma);
            Operand<TFloat32> m1 = rowMean(t, g);
            Operand<TFloat32> m2 = rowMean(t, t.math.mul(g, normal));
            List<Operand<TFloat32>> gradients = new ArrayList<>();
            gradients.add(t.math.mul(t.math.sub(t.math.sub(g, m1), t.math.mul(normal, m2)), r));
            if (trained) {
                gradients.add(t.reduceSum(t.math.mul(dy, normal), t.constant(0)));
                gradients.add(t.reduceSum(dy, t.constant(0)));
            }
            return gradients;
        });
    }

    private static Operand<TFloat32> rowMean(Ops tf, Operand<TFloat32> x) {
        return tf.math.mean(x, tf.constant(1), Mean.keepDims(true));
    }
}
