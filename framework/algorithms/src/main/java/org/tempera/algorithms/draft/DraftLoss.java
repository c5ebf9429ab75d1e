package org.tempera.algorithms.draft;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Minus the mean reward, over rows and draws (Clark et al. 2023, equation 2), or the mean of what rewards lack of a
 * margin (Xu et al., ImageReward, 2023, algorithm 1 with the map of its released code).
 */
public final class DraftLoss {
    private DraftLoss() {}

    /**
     * Builds the loss, a scalar.
     *
     * @param rewards of every draw, each {@code [batch]}; with gradient
     * @param margin reward from which on there is no loss and no gradient; none for minus the reward
     */
    public static Operand<TFloat32> build(Ops tf, List<Operand<TFloat32>> rewards, Optional<Double> margin) {
        rewards.forEach(r -> {
            if (r.shape().numDimensions() != 1
                    || !r.shape().equals(rewards.get(0).shape())) {
                throw new IllegalArgumentException("expected rewards [batch] of every draw, found " + r.shape());
            }
        });
        List<Operand<TFloat32>> shaped = rewards.stream()
                .map(r -> margin.<Operand<TFloat32>>map(m -> lack(tf, r, m)).orElse(r))
                .toList();
        Operand<TFloat32> sum = shaped.size() == 1 ? shaped.get(0) : tf.math.addN(shaped);
        return tf.math.mul(tf.math.mean(sum, tf.constant(0)), tf.constant(-1f / rewards.size()));
    }

    /** Minus what a reward lacks of the margin. */
    private static Operand<TFloat32> lack(Ops tf, Operand<TFloat32> reward, double margin) {
        return tf.math.neg(tf.nn.relu(tf.math.sub(tf.constant((float) margin), reward)));
    }
}
