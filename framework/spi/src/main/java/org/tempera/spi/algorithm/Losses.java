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
 */
public record Losses(
        Operand<TFloat32> policy, Optional<Operand<TFloat32>> critic, Map<String, Operand<TFloat32>> metrics) {
    /** A loss of the policy alone, with nothing to log. */
    public static Losses of(Operand<TFloat32> policy) {
        return new Losses(policy, Optional.empty(), Map.of());
    }
}
