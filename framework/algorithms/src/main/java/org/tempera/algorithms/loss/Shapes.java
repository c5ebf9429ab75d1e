package org.tempera.algorithms.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.dtypes.Cast;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/** Shape checks and small reductions of losses over rows. */
final class Shapes {
    private Shapes() {}

    /** Refuses operands that are not both {@code [batch]}. */
    static void requireRows(String name, Operand<TFloat32> a, String otherName, Operand<TFloat32> b) {
        if (a.shape().numDimensions() != 1 || !a.shape().equals(b.shape())) {
            throw new IllegalArgumentException(
                    name + " and " + otherName + " must both be [batch], found " + a.shape() + " and " + b.shape());
        }
    }

    /** Mean of a vector. */
    static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> rows) {
        return tf.math.mean(rows, tf.constant(0));
    }

    /** 1 where true. */
    static Operand<TFloat32> flag(Ops tf, Operand<TBool> condition) {
        return tf.dtypes.cast(condition, TFloat32.class, new Cast.Options[0]);
    }
}
