package org.tempera.algorithms.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The clipped loss of a value: half the mean of max((V - R)², (clip(V, V_old - range, V_old + range) - R)²) (Schulman
 * et al., PPO's reference implementation; equation (5) of docs/algorithms/tdpo.md).
 *
 * @param clipRange how far a value may move from the one at sampling before it has no gradient; 0 is no limit
 */
public record ClippedValueLoss(double clipRange) {
    public ClippedValueLoss {
        if (!(clipRange >= 0)) {
            throw new IllegalArgumentException("the value's clip range must not be negative, found " + clipRange);
        }
    }

    /**
     * The loss, both scalars.
     *
     * @param loss to be minimised
     * @param clipFraction share of values further than the range from those at sampling; 0 without a range
     */
    public record Terms(Operand<TFloat32> loss, Operand<TFloat32> clipFraction) {}

    /**
     * Builds the loss.
     *
     * @param values the critic's, {@code [batch]}; with gradient
     * @param returns what they should be, {@code [batch]}
     * @param oldValues the critic's at sampling, {@code [batch]}
     */
    public Terms build(Ops tf, Operand<TFloat32> values, Operand<TFloat32> returns, Operand<TFloat32> oldValues) {
        Shapes.requireRows("values", values, "returns", returns);
        Operand<TFloat32> plain = tf.math.square(tf.math.sub(values, returns));
        if (clipRange == 0) {
            return new Terms(tf.math.mul(Shapes.mean(tf, plain), tf.constant(0.5f)), tf.constant(0f));
        }
        Shapes.requireRows("values", values, "old values", oldValues);
        Operand<TFloat32> range = tf.constant((float) clipRange);
        Operand<TFloat32> clipped =
                tf.math.minimum(tf.math.maximum(values, tf.math.sub(oldValues, range)), tf.math.add(oldValues, range));
        Operand<TFloat32> worse = tf.math.maximum(plain, tf.math.square(tf.math.sub(clipped, returns)));
        Operand<TFloat32> outside =
                Shapes.flag(tf, tf.math.greater(tf.math.abs(tf.math.sub(values, oldValues)), range));
        return new Terms(tf.math.mul(Shapes.mean(tf, worse), tf.constant(0.5f)), Shapes.mean(tf, outside));
    }
}
