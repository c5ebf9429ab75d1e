package org.tempera.algorithms.nft;

import java.util.function.UnaryOperator;
import org.tempera.base.text.Words;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The loss of DiffusionNFT (Zheng et al. 2025, equation 5): how badly an implicit positive policy denoises a sample, as
 * far as the sample is good, and how badly an implicit negative one does, as far as it is bad. The two lie on either
 * side of the behaviour policy, at a distance of {@code beta} times that of the policy.
 *
 * @param beta distance of the implicit policies; the update that the loss asks for goes with its reciprocal
 * @param weighting what errors are divided by
 * @param factor of the loss: in the published code the clip range of advantages
 */
public record NftLoss(double beta, Weighting weighting, double factor) {
    private static final int[] LATENT = {1, 2, 3};
    private static final float LEAST_WEIGHT = 1e-5f;

    /** What a row's squared error is divided by. */
    public enum Weighting {
        /** Its own mean absolute error, as a constant, so that every noise level counts alike. */
        ADAPTIVE,
        /** Nothing. */
        NONE;

        /** The weighting of that name in configs and oracle files. */
        public static Weighting parse(String name) {
            return Words.parse(Weighting.class, "weighting", name);
        }
    }

    /**
     * What the networks make of clean latents that were noised, each {@code [batch, height, width, channels]}.
     *
     * @param clean the latents before they were noised
     * @param cleanOf gives the clean latents that an output implies
     * @param current the policy's output; with gradient
     * @param old the behaviour policy's output; no gradient flows into it
     */
    public record Outputs(
            Operand<TFloat32> clean,
            UnaryOperator<Operand<TFloat32>> cleanOf,
            Operand<TFloat32> current,
            Operand<TFloat32> old) {}

    /**
     * The loss and its parts.
     *
     * @param loss a scalar
     * @param positive error of the positive policy, {@code [batch]}
     * @param negative error of the negative policy, {@code [batch]}
     */
    public record Terms(Operand<TFloat32> loss, Operand<TFloat32> positive, Operand<TFloat32> negative) {}

    public NftLoss {
        if (!(beta > 0 && factor > 0)) {
            throw new IllegalArgumentException("expected beta and factor above 0, found " + beta + " and " + factor);
        }
    }

    /**
     * How good samples are: 1/2 for an advantage of 0, 0 and 1 at and beyond the range (the published code; equation 6
     * with a constant normaliser).
     *
     * @param advantages {@code [batch]}
     * @param range positive
     * @return {@code [batch]}, in [0,1]
     */
    public static Operand<TFloat32> optimality(Ops tf, Operand<TFloat32> advantages, double range) {
        Operand<TFloat32> clipped = tf.clipByValue(advantages, tf.constant((float) -range), tf.constant((float) range));
        return tf.math.add(tf.math.div(clipped, tf.constant((float) (2 * range))), tf.constant(0.5f));
    }

    /**
     * Builds the loss of a micro-batch.
     *
     * @param optimality how good each row's sample is, in [0,1], {@code [batch]}
     */
    public Terms build(Ops tf, Outputs outputs, Operand<TFloat32> optimality) {
        requireShapes(outputs, optimality);
        Operand<TFloat32> old = tf.stopGradient(outputs.old());
        Operand<TFloat32> step = tf.math.mul(tf.math.sub(outputs.current(), old), tf.constant((float) beta));
        Operand<TFloat32> positive = error(tf, outputs, tf.math.add(old, step));
        Operand<TFloat32> negative = error(tf, outputs, tf.math.sub(old, step));
        Operand<TFloat32> both = tf.math.add(
                tf.math.mul(optimality, positive), tf.math.mul(tf.math.sub(tf.constant(1f), optimality), negative));
        Operand<TFloat32> loss = tf.math.mul(tf.math.mean(both, tf.constant(0)), tf.constant((float) (factor / beta)));
        return new Terms(loss, positive, negative);
    }

    private Operand<TFloat32> error(Ops tf, Outputs outputs, Operand<TFloat32> output) {
        Operand<TFloat32> off = tf.math.sub(outputs.cleanOf().apply(output), outputs.clean());
        Operand<TFloat32> squares = tf.math.mean(tf.math.square(off), tf.constant(LATENT));
        if (weighting == Weighting.NONE) {
            return squares;
        }
        Operand<TFloat32> weight =
                tf.math.maximum(tf.math.mean(tf.math.abs(off), tf.constant(LATENT)), tf.constant(LEAST_WEIGHT));
        return tf.math.div(squares, tf.stopGradient(weight));
    }

    private static void requireShapes(Outputs outputs, Operand<TFloat32> optimality) {
        var shape = outputs.clean().shape();
        if (shape.numDimensions() != 4
                || !shape.equals(outputs.current().shape())
                || !shape.equals(outputs.old().shape())
                || optimality.shape().numDimensions() != 1
                || optimality.shape().get(0) != shape.get(0)) {
            throw new IllegalArgumentException("expected latents and outputs [batch, height, width, channels] and"
                    + " optimality [batch], found " + shape + ", "
                    + outputs.current().shape() + ", " + outputs.old().shape() + " and " + optimality.shape());
        }
    }
}
