package org.tempera.algorithms.d3po;

import java.util.Optional;
import org.tempera.algorithms.loss.ClipRange;
import org.tempera.algorithms.loss.PreferenceLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Margins of D3PO (Yang et al. 2023): {@code beta (log r_w - log r_l)} of a step of both samples, where r
 * is the step's density under the policy over that under the reference, clamped.
 */
public final class D3poLoss {
    private D3poLoss() {}

    /**
     * Builds the margins.
     *
     * @param logProb of the steps taken under the policy, {@code [2 * pairs]}, the chosen sample's before the rejected
     *     one's; with gradient
     * @param referenceLogProb under the reference policy, of the same kind (sum or mean over the latent)
     * @param clip ratios outside of which a row has no gradient; absent for none
     * @return {@code [pair]}
     */
    public static Operand<TFloat32> margins(
            Ops tf,
            Operand<TFloat32> logProb,
            Operand<TFloat32> referenceLogProb,
            Optional<ClipRange> clip,
            double beta) {
        Operand<TFloat32> logRatio = tf.math.sub(logProb, referenceLogProb);
        // The logarithm of the clamped ratio, without the exponential. Minimum and Maximum pass a gradient at the
        // bound,
        // as PyTorch's clamp does.
        Operand<TFloat32> clamped = clip.<Operand<TFloat32>>map(c -> tf.math.minimum(
                        tf.math.maximum(logRatio, tf.constant((float) Math.log(c.lower()))),
                        tf.constant((float) Math.log(c.upper()))))
                .orElse(logRatio);
        return tf.math.mul(PreferenceLoss.chosenLessRejected(tf, clamped), tf.constant((float) beta));
    }
}
