package org.tempera.spi.algorithm;

import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The scalars that one micro-batch is trained on.
 *
 * @param policy minimised over the policy's trainable parameters
 * @param critic minimised over the critic's parameters; absent without a critic
 * @param metrics further scalars to log, by name, see {@link org.tempera.spi.MetricNames}; averaged over an epoch
 * @param rows numbers of each row, {@code [batch]}, by name: their mean and deviation over an epoch are logged for each
 *     part of the trajectory that the rows' steps are in ({@link org.tempera.spi.MetricNames#mean})
 */
public record Losses(
        Operand<TFloat32> policy,
        Optional<Operand<TFloat32>> critic,
        Map<String, Operand<TFloat32>> metrics,
        Map<String, Operand<TFloat32>> rows) {
    /** With nothing to log of single rows. */
    public Losses(
            Operand<TFloat32> policy, Optional<Operand<TFloat32>> critic, Map<String, Operand<TFloat32>> metrics) {
        this(policy, critic, metrics, Map.of());
    }

    /** A loss of the policy alone, with nothing to log. */
    public static Losses of(Operand<TFloat32> policy) {
        return new Losses(policy, Optional.empty(), Map.of());
    }
}
