package org.tempera.algorithms.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A ratio of probabilities, {@code [batch]}: the exponential of a log-ratio up to a limit, and its tangent beyond.
 *
 * @param log the log-ratio
 * @param excess the ratio less 1, with the digits that a ratio near 1 has lost
 * @param value the ratio
 */
record Ratio(Operand<TFloat32> log, Operand<TFloat32> excess, Operand<TFloat32> value) {
    /**
     * Builds the ratio.
     *
     * @param limit log-ratio from which on it is a straight line
     */
    static Ratio of(Ops tf, Operand<TFloat32> log, double limit) {
        Operand<TFloat32> at = tf.constant((float) limit);
        // exp up to the limit, then its tangent: expm1 keeps the digits of a ratio near 1 for the metrics.
        Operand<TFloat32> within = tf.math.minimum(log, at);
        Operand<TFloat32> beyond = tf.math.maximum(tf.math.sub(log, at), tf.constant(0f));
        Operand<TFloat32> excess =
                tf.math.add(tf.math.expm1(within), tf.math.mul(beyond, tf.constant((float) Math.exp(limit))));
        return new Ratio(log, excess, tf.math.add(excess, tf.constant(1f)));
    }

    /** 1 where the ratio has grown beyond so much. */
    Operand<TFloat32> above(Ops tf, double ratio) {
        return Shapes.flag(tf, tf.math.greater(excess, tf.constant((float) (ratio - 1))));
    }

    /** 1 where the ratio has fallen below so much. */
    Operand<TFloat32> below(Ops tf, double ratio) {
        return Shapes.flag(tf, tf.math.less(excess, tf.constant((float) (ratio - 1))));
    }

    /**
     * The terms of a loss that follows this ratio.
     *
     * @param outside 1 for rows beyond the bound
     * @param heldAbove 1 for rows that are made no likelier
     * @param heldBelow 1 for rows that are made no less likely
     */
    Surrogate.Terms terms(
            Ops tf,
            Operand<TFloat32> loss,
            Operand<TFloat32> outside,
            Operand<TFloat32> heldAbove,
            Operand<TFloat32> heldBelow) {
        Operand<TFloat32> fixed = tf.stopGradient(excess);
        Operand<TFloat32> ratios = tf.stopGradient(value);
        return new Surrogate.Terms(
                loss,
                Shapes.mean(tf, tf.math.sub(fixed, tf.stopGradient(log))),
                Shapes.mean(tf, outside),
                Shapes.mean(tf, ratios),
                tf.reduceMax(tf.math.abs(fixed), tf.constant(0)),
                Shapes.mean(tf, heldAbove),
                Shapes.mean(tf, heldBelow),
                ratios);
    }
}
