package org.tempera.algorithms.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The clipped surrogate of the re-centred ratio exp(s (log p_new - log p_old + k)), with s the step's standard
 * deviation and k the divergence of its new mean from its old (Wang et al., GRPO-Guard, 2025, equation 8).
 *
 * <p>With x = m_old + s z the sampled step and d = m_new - m_old, log p_new - log p_old = z d / s - d² / 2s². The term
 * k takes the second part away, whose sign pulls averaged ratios below 1, and s the division, which weighs late steps
 * more: what is left is z d, of mean 0, and of a size that depends on how far the mean has moved alone. Both are sums
 * over the latent, or both its mean.
 *
 * @param clipped what follows the ratio; its range is in units of z d
 */
public record GuardedSurrogateLoss(ClippedSurrogateLoss clipped) implements Surrogate {
    @Override
    public boolean readsMove() {
        return true;
    }

    @Override
    public Terms build(Ops tf, Rows rows) {
        Move move = rows.requireMove();
        Operand<TFloat32> centred = tf.math.add(rows.logRatio(tf), move.divergence());
        Operand<TFloat32> logRatio = tf.math.mul(tf.stopGradient(move.standardDeviation()), centred);
        return clipped.ofLogRatio(tf, logRatio, rows.advantages())
                .withKl(Shapes.mean(tf, tf.stopGradient(move.divergence())));
    }
}
