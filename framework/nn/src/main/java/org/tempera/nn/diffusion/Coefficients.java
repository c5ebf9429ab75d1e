package org.tempera.nn.diffusion;

import java.util.ArrayList;
import java.util.List;
import org.tempera.nn.layers.Forward;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Rows of a noise process's coefficients in the graph. */
public final class Coefficients {
    private Coefficients() {}

    /** Columns of rows {@code [batch, count]}, each {@code [batch, 1, 1, 1]}. */
    public static List<Operand<TFloat32>> columns(Ops tf, Operand<TFloat32> rows, int count) {
        int n = Forward.sizes(rows)[0];
        List<Operand<TFloat32>> columns = new ArrayList<>();
        for (Operand<TFloat32> column :
                tf.split(tf.constant(1), rows, (long) count).output()) {
            columns.add(tf.reshape(column, tf.constant(new int[] {n, 1, 1, 1})));
        }
        return columns;
    }

    /** {@code a x + b y}. */
    public static Operand<TFloat32> sum(
            Ops tf, Operand<TFloat32> a, Operand<TFloat32> x, Operand<TFloat32> b, Operand<TFloat32> y) {
        return tf.math.add(tf.math.mul(a, x), tf.math.mul(b, y));
    }
}
