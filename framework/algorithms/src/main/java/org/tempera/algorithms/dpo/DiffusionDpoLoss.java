package org.tempera.algorithms.dpo;

import org.tempera.algorithms.loss.PreferenceLoss;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Margins of Diffusion-DPO (Wallace et al. 2023, equation 14), with the mean over the latent that its code takes and a
 * half: {@code -beta/2 ((e_w - e_l) - (ref_w - ref_l))} of each pair, where e is the squared denoising error of the
 * chosen (w) and the rejected (l) picture.
 */
final class DiffusionDpoLoss {
    private DiffusionDpoLoss() {}

    /**
     * Builds the margins. Rows 2i and 2i + 1 are the chosen and the rejected picture of one pair, at the same noise and
     * timestep.
     *
     * @param policy the policy's outputs, {@code [2 * pairs, height, width, channels]}; with gradient
     * @param reference the reference's, of the same shape
     * @param target what both should be, of the same shape
     * @return {@code [pair]}
     */
    static Operand<TFloat32> margins(
            Ops tf, Operand<TFloat32> policy, Operand<TFloat32> reference, Operand<TFloat32> target, double beta) {
        Shape shape = policy.shape();
        if (shape.numDimensions() != 4
                || shape.get(0) % 2 != 0
                || !shape.equals(reference.shape())
                || !shape.equals(target.shape())) {
            throw new IllegalArgumentException(
                    "expected outputs and targets [2 * pairs, height, width, channels], found " + shape + ", "
                            + reference.shape() + " and " + target.shape());
        }
        Operand<TFloat32> gain = tf.math.sub(error(tf, tf.stopGradient(reference), target), error(tf, policy, target));
        return tf.math.mul(PreferenceLoss.chosenLessRejected(tf, gain), tf.constant((float) (beta / 2)));
    }

    private static Operand<TFloat32> error(Ops tf, Operand<TFloat32> output, Operand<TFloat32> target) {
        return tf.math.mean(tf.math.square(tf.math.sub(output, target)), tf.constant(new int[] {1, 2, 3}));
    }
}
