package org.tempera.algorithms.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The surrogate of DPOK's release: mean of -A clip(r, lower, upper), without the maximum of the clipped surrogate. A
 * step whose ratio has left the band has no gradient, whichever way its advantage asks for: nothing takes back a bad
 * step that has become likelier.
 *
 * @param clip ratios that the surrogate follows
 */
public record ClampedSurrogateLoss(ClipRange clip) implements Surrogate {
    @Override
    public boolean readsMove() {
        return false;
    }

    @Override
    public Terms build(Ops tf, Rows rows) {
        Ratio ratio = Ratio.of(tf, rows.logRatio(tf), ClippedSurrogateLoss.UNBOUNDED);
        // Minimum and Maximum pass a gradient at the bound, as PyTorch's clamp does.
        Operand<TFloat32> clamped = tf.math.minimum(
                tf.math.maximum(ratio.value(), tf.constant((float) clip.lower())), tf.constant((float) clip.upper()));
        Operand<TFloat32> below = ratio.below(tf, clip.lower());
        Operand<TFloat32> above = ratio.above(tf, clip.upper());
        return ratio.terms(
                tf,
                Shapes.mean(tf, tf.math.mul(tf.math.neg(rows.advantages()), clamped)),
                tf.math.maximum(below, above),
                Shapes.all(tf, above, Shapes.positive(tf, rows.advantages())),
                Shapes.all(tf, below, Shapes.negative(tf, rows.advantages())));
    }
}
