package org.tempera.algorithms.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The policy gradient that is masked, not clipped: the mean of -A r over steps, without those whose divergence from the
 * step that was sampled is above a radius and that the advantage would take further away: A above 0 and r above 1, or
 * both below (Flow-DPPO). The divergence is that of the two Gaussians in closed form, so that the noise which was drawn
 * decides nothing.
 *
 * @param radius largest divergence that a step is followed to, nats, of the rows' kind
 * @param largestLogRatio log-ratio above which the ratio goes on as a straight line
 */
public record TrustRegionLoss(double radius, double largestLogRatio) implements Surrogate {
    public TrustRegionLoss {
        if (!(radius > 0)) {
            throw new IllegalArgumentException("the trust region's radius must be above 0, found " + radius);
        }
        ClippedSurrogateLoss.requireLimit(largestLogRatio);
    }

    @Override
    public boolean readsMove() {
        return true;
    }

    @Override
    public Terms build(Ops tf, Rows rows) {
        Operand<TFloat32> divergence = tf.stopGradient(rows.requireMove().divergence());
        Ratio ratio = Ratio.of(tf, rows.logRatio(tf), largestLogRatio);
        Operand<TFloat32> outside = Shapes.flag(tf, tf.math.greater(divergence, tf.constant((float) radius)));
        Operand<TFloat32> above = Shapes.all(tf, outside, ratio.above(tf, 1), Shapes.positive(tf, rows.advantages()));
        Operand<TFloat32> below = Shapes.all(tf, outside, ratio.below(tf, 1), Shapes.negative(tf, rows.advantages()));
        Operand<TFloat32> followed = tf.math.sub(tf.constant(1f), tf.math.add(above, below));
        Operand<TFloat32> cost = tf.math.mul(tf.math.neg(rows.advantages()), followed);
        Operand<TFloat32> loss = Shapes.mean(tf, tf.math.mul(cost, ratio.value()));
        return ratio.terms(tf, loss, outside, above, below).withKl(Shapes.mean(tf, divergence));
    }
}
