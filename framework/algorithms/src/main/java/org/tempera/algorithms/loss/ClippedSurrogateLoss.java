package org.tempera.algorithms.loss;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The clipped surrogate of a policy gradient: mean of max(-A r, -A clip(r, lower, upper)) with r = exp(log p_new - log
 * p_old) (Schulman et al. 2017, equation 7; Black et al. 2023, equation 4; equation (4) of docs/algorithms/tdpo.md).
 *
 * @param clip ratios that the surrogate follows
 * @param largestLogRatio log-ratio above which the ratio goes on as a straight line with the slope it has there. It
 *     binds only for samples with a negative advantage that have become likelier, which the clip leaves free: their
 *     weight stays bounded without losing the gradient that takes them back, and a lost policy gives no infinite ratio
 *     times zero
 */
public record ClippedSurrogateLoss(ClipRange clip, double largestLogRatio) implements Surrogate {
    /** Far beyond every clip range, far below where exp overflows. */
    public static final double UNBOUNDED = 20;

    public ClippedSurrogateLoss {
        requireLimit(largestLogRatio);
    }

    /**
     * The largest log-ratio of a largest ratio.
     *
     * @param largestRatio at least 1
     */
    public static double limit(double largestRatio) {
        return Math.min(UNBOUNDED, Math.log(Math.max(largestRatio, Math.nextUp(1.0))));
    }

    static void requireLimit(double largestLogRatio) {
        if (!(largestLogRatio > 0 && largestLogRatio <= UNBOUNDED)) {
            throw new IllegalArgumentException(
                    "the largest log-ratio must be in (0, " + UNBOUNDED + "], found " + largestLogRatio);
        }
    }

    public ClippedSurrogateLoss(ClipRange clip) {
        this(clip, UNBOUNDED);
    }

    /**
     * Builds the loss.
     *
     * @param logProb under the policy, nats, {@code [batch]}; with gradient
     * @param oldLogProb under the policy that sampled, of the same kind (sum or mean over the latent), {@code [batch]}
     * @param advantages {@code [batch]}
     */
    public Terms build(Ops tf, Operand<TFloat32> logProb, Operand<TFloat32> oldLogProb, Operand<TFloat32> advantages) {
        return build(tf, new Rows(logProb, oldLogProb, advantages, Optional.empty()));
    }

    @Override
    public boolean readsMove() {
        return false;
    }

    @Override
    public Terms build(Ops tf, Rows rows) {
        return ofLogRatio(tf, rows.logRatio(tf), rows.advantages());
    }

    /** The loss that follows exp of a log-ratio, {@code [batch]}. */
    Terms ofLogRatio(Ops tf, Operand<TFloat32> logRatio, Operand<TFloat32> advantages) {
        Ratio ratio = Ratio.of(tf, logRatio, largestLogRatio);
        // Minimum and Maximum, not ClipByValue: their gradients pass at the bound, as PyTorch's clamp.
        Operand<TFloat32> clipped = tf.math.minimum(
                tf.math.maximum(ratio.value(), tf.constant((float) clip.lower())), tf.constant((float) clip.upper()));
        Operand<TFloat32> cost = tf.math.neg(advantages);
        Operand<TFloat32> worse = tf.math.maximum(tf.math.mul(cost, ratio.value()), tf.math.mul(cost, clipped));
        Operand<TFloat32> below = ratio.below(tf, clip.lower());
        Operand<TFloat32> above = ratio.above(tf, clip.upper());
        return ratio.terms(
                tf,
                Shapes.mean(tf, worse),
                tf.math.maximum(below, above),
                Shapes.all(tf, above, Shapes.positive(tf, advantages)),
                Shapes.all(tf, below, Shapes.negative(tf, advantages)));
    }
}
