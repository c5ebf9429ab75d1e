package org.tempera.algorithms.loss;

import java.util.Map;
import org.tempera.spi.MetricNames;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The loss of pairs of which one is preferred: mean of -log sigmoid(margin), a margin being how much more the policy
 * prefers what was chosen than the reference does (Rafailov et al., Direct Preference Optimization, 2023, equation 7).
 * Rows 2i and 2i + 1 of a micro-batch are the chosen and the rejected one of a pair.
 *
 * @param loss mean over pairs, a scalar
 * @param margins {@code [pair]}
 * @param accuracy share of the margins above 0, a scalar
 * @param meanMargin their mean, a scalar
 */
public record PreferenceLoss(
        Operand<TFloat32> loss, Operand<TFloat32> margins, Operand<TFloat32> accuracy, Operand<TFloat32> meanMargin) {
    /** Share of pairs that the policy prefers as they were decided, more than the reference does. */
    public static final String ACCURACY = "train/preference_accuracy";

    /** Mean margin of the pairs. */
    public static final String MARGIN = "train/preference_margin";

    /** Of pairs that are all decided. */
    public static PreferenceLoss of(Ops tf, Operand<TFloat32> margins) {
        return new PreferenceLoss(
                Shapes.mean(tf, tf.math.softplus(tf.math.neg(margins))),
                margins,
                Shapes.mean(tf, won(tf, margins)),
                Shapes.mean(tf, margins));
    }

    /**
     * Of a micro-batch that may be filled up with pairs of which none is preferred. These have no gradient and add 0 to
     * the mean, so that a decided pair weighs the same in every micro-batch; accuracy and margin are the others'.
     *
     * @param preference 1 for the chosen row and -1 for the rejected one of a decided pair, 0 for both of another,
     *     {@code [batch]}
     */
    public static PreferenceLoss of(Ops tf, Operand<TFloat32> margins, Operand<TFloat32> preference) {
        Operand<TFloat32> decided = tf.math.mul(chosenLessRejected(tf, preference), tf.constant(0.5f));
        Shapes.requireRows("margins", margins, "decided pairs", decided);
        Operand<TFloat32> many = tf.math.maximum(tf.reduceSum(decided, tf.constant(0)), tf.constant(1f));
        return new PreferenceLoss(
                Shapes.mean(tf, tf.math.mul(decided, tf.math.softplus(tf.math.neg(margins)))),
                margins,
                share(tf, decided, won(tf, margins), many),
                share(tf, decided, margins, many));
    }

    private static Operand<TFloat32> won(Ops tf, Operand<TFloat32> margins) {
        return Shapes.flag(tf, tf.math.greater(margins, tf.constant(0f)));
    }

    private static Operand<TFloat32> share(
            Ops tf, Operand<TFloat32> decided, Operand<TFloat32> of, Operand<TFloat32> many) {
        return tf.math.div(tf.reduceSum(tf.math.mul(decided, of), tf.constant(0)), many);
    }

    /** Rows 2i less rows 2i + 1, {@code [pair]} of {@code [batch]}. */
    public static Operand<TFloat32> chosenLessRejected(Ops tf, Operand<TFloat32> rows) {
        return tf.reduceSum(
                tf.math.mul(tf.reshape(rows, tf.constant(new int[] {-1, 2})), tf.constant(new float[] {1, -1})),
                tf.constant(1));
    }

    /** What is logged of it. */
    public Map<String, Operand<TFloat32>> metrics() {
        return Map.of(MetricNames.POLICY_LOSS, loss, ACCURACY, accuracy, MARGIN, meanMargin);
    }
}
