package org.tempera.algorithms.loss;

import java.util.Arrays;
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

    /** 1 where a number is above 0. */
    static Operand<TFloat32> positive(Ops tf, Operand<TFloat32> rows) {
        return flag(tf, tf.math.greater(rows, tf.constant(0f)));
    }

    /** 1 where a number is below 0. */
    static Operand<TFloat32> negative(Ops tf, Operand<TFloat32> rows) {
        return flag(tf, tf.math.less(rows, tf.constant(0f)));
    }

    /** 1 where all flags are. */
    @SafeVarargs
    static Operand<TFloat32> all(Ops tf, Operand<TFloat32>... flags) {
        return Arrays.stream(flags).reduce(tf.math::mul).orElseThrow();
    }

    /** 1 where true. */
    static Operand<TFloat32> flag(Ops tf, Operand<TBool> condition) {
        return tf.dtypes.cast(condition, TFloat32.class, new Cast.Options[0]);
    }
}
