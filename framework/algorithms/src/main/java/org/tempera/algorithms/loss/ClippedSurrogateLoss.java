package org.tempera.algorithms.loss;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.spi.MetricNames;
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
public record ClippedSurrogateLoss(ClipRange clip, double largestLogRatio) {
    /** Far beyond every clip range, far below where exp overflows. */
    public static final double UNBOUNDED = 20;

    public ClippedSurrogateLoss {
        if (!(largestLogRatio > 0 && largestLogRatio <= UNBOUNDED)) {
            throw new IllegalArgumentException(
                    "the largest log-ratio must be in (0, " + UNBOUNDED + "], found " + largestLogRatio);
        }
    }

    public ClippedSurrogateLoss(ClipRange clip) {
        this(clip, UNBOUNDED);
    }

    /**
     * The loss and how the update goes, all scalars.
     *
     * @param loss to be minimised
     * @param approxKl KL(old | new) in nats, estimated as mean of r - 1 - log r (Schulman 2020, estimator k3)
     * @param clipFraction share of ratios outside the clip range, whatever the advantage
     * @param ratioMean mean of r
     * @param ratioError max of |r - 1|; before the first update it is what sampling and training differ by
     */
    public record Terms(
            Operand<TFloat32> loss,
            Operand<TFloat32> approxKl,
            Operand<TFloat32> clipFraction,
            Operand<TFloat32> ratioMean,
            Operand<TFloat32> ratioError) {
        /** All but the loss, by standard name. */
        public Map<String, Operand<TFloat32>> metrics() {
            Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();
            metrics.put(MetricNames.POLICY_LOSS, loss);
            metrics.put(MetricNames.APPROX_KL, approxKl);
            metrics.put(MetricNames.CLIP_FRACTION, clipFraction);
            metrics.put(MetricNames.RATIO_MEAN, ratioMean);
            metrics.put(MetricNames.RATIO_ERROR, ratioError);
            return metrics;
        }
    }

    /**
     * Builds the loss.
     *
     * @param logProb under the policy, nats, {@code [batch]}; with gradient
     * @param oldLogProb under the policy that sampled, of the same kind (sum or mean over the latent), {@code [batch]}
     * @param advantages {@code [batch]}
     */
    public Terms build(Ops tf, Operand<TFloat32> logProb, Operand<TFloat32> oldLogProb, Operand<TFloat32> advantages) {
        Shapes.requireRows("log-probabilities", logProb, "old log-probabilities", oldLogProb);
        Shapes.requireRows("log-probabilities", logProb, "advantages", advantages);
        Operand<TFloat32> logRatio = tf.math.sub(logProb, oldLogProb);
        Operand<TFloat32> limit = tf.constant((float) largestLogRatio);
        // exp up to the limit, then its tangent: expm1 keeps the digits of a ratio near 1 for the metrics.
        Operand<TFloat32> within = tf.math.minimum(logRatio, limit);
        Operand<TFloat32> beyond = tf.math.maximum(tf.math.sub(logRatio, limit), tf.constant(0f));
        Operand<TFloat32> excess =
                tf.math.add(tf.math.expm1(within), tf.math.mul(beyond, tf.constant((float) Math.exp(largestLogRatio))));
        Operand<TFloat32> ratio = tf.math.add(excess, tf.constant(1f));
        // Minimum and Maximum, not ClipByValue: their gradients pass at the bound, as PyTorch's clamp.
        Operand<TFloat32> clipped = tf.math.minimum(
                tf.math.maximum(ratio, tf.constant((float) clip.lower())), tf.constant((float) clip.upper()));
        Operand<TFloat32> cost = tf.math.neg(advantages);
        Operand<TFloat32> worse = tf.math.maximum(tf.math.mul(cost, ratio), tf.math.mul(cost, clipped));
        Operand<TFloat32> outside = tf.math.maximum(
                Shapes.flag(tf, tf.math.less(excess, tf.constant((float) (clip.lower() - 1)))),
                Shapes.flag(tf, tf.math.greater(excess, tf.constant((float) (clip.upper() - 1)))));
        Operand<TFloat32> fixed = tf.stopGradient(excess);
        return new Terms(
                Shapes.mean(tf, worse),
                Shapes.mean(tf, tf.math.sub(fixed, tf.stopGradient(logRatio))),
                Shapes.mean(tf, outside),
                Shapes.mean(tf, tf.stopGradient(ratio)),
                tf.reduceMax(tf.math.abs(fixed), tf.constant(0)));
    }
}
