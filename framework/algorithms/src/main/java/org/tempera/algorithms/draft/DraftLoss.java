package org.tempera.algorithms.draft;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Minus the mean reward, over rows and draws (Clark et al. 2023, equation 2). */
public final class DraftLoss {
    private DraftLoss() {}

    /**
     * Builds the loss, a scalar.
     *
     * @param rewards of every draw, each {@code [batch]}; with gradient
     */
    public static Operand<TFloat32> build(Ops tf, List<Operand<TFloat32>> rewards) {
        rewards.forEach(r -> {
            if (r.shape().numDimensions() != 1
                    || !r.shape().equals(rewards.get(0).shape())) {
                throw new IllegalArgumentException("expected rewards [batch] of every draw, found " + r.shape());
            }
        });
        Operand<TFloat32> sum = rewards.size() == 1 ? rewards.get(0) : tf.math.addN(rewards);
        return tf.math.mul(tf.math.mean(sum, tf.constant(0)), tf.constant(-1f / rewards.size()));
    }
}
