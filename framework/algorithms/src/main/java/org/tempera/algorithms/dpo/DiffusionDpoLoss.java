package org.tempera.algorithms.dpo;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The loss of Diffusion-DPO (Wallace et al. 2023, equation 14), with the mean over the latent that its code takes and a
 * half: {@code -log sigmoid(margin)} of each pair, where {@code margin = -beta/2 ((e_w - e_l) - (ref_w - ref_l))} and e
 * is the squared denoising error of the chosen (w) and the rejected (l) picture.
 *
 * @param loss mean over pairs, a scalar
 * @param margins of the pairs, {@code [pair]}; above 0 where the policy prefers what was chosen more than the reference
 *     does
 * @param accuracy share of the margins above 0, a scalar
 */
public record DiffusionDpoLoss(Operand<TFloat32> loss, Operand<TFloat32> margins, Operand<TFloat32> accuracy) {
    /**
     * Builds the loss. Rows 2i and 2i + 1 are the chosen and the rejected picture of one pair, at the same noise and
     * timestep.
     *
     * @param policy the policy's outputs, {@code [2 * pairs, height, width, channels]}; with gradient
     * @param reference the reference's, of the same shape
     * @param target what both should be, of the same shape
     */
    static DiffusionDpoLoss build(
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
        Operand<TFloat32> chosenLessRejected = tf.reduceSum(
                tf.math.mul(tf.reshape(gain, tf.constant(new int[] {-1, 2})), tf.constant(new float[] {1, -1})),
                tf.constant(1));
        Operand<TFloat32> margins = tf.math.mul(chosenLessRejected, tf.constant((float) (beta / 2)));
        Operand<TFloat32> won = tf.dtypes.cast(tf.math.greater(margins, tf.constant(0f)), TFloat32.class);
        return new DiffusionDpoLoss(
                tf.math.mean(tf.math.softplus(tf.math.neg(margins)), tf.constant(0)),
                margins,
                tf.math.mean(won, tf.constant(0)));
    }

    private static Operand<TFloat32> error(Ops tf, Operand<TFloat32> output, Operand<TFloat32> target) {
        return tf.math.mean(tf.math.square(tf.math.sub(output, target)), tf.constant(new int[] {1, 2, 3}));
    }
}
