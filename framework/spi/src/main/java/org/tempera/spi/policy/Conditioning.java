package org.tempera.spi.policy;

import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a network is conditioned on, in the graph. A record, since newer models need more than one tensor.
 *
 * @param hidden text states {@code [batch, textLength, textWidth]}
 * @param extra further tensors by name, batch first, such as a pooled text vector; empty for Stable Diffusion 1 and 2
 */
public record Conditioning(Operand<TFloat32> hidden, Map<String, Operand<TFloat32>> extra) {
    public Conditioning(Operand<TFloat32> hidden) {
        this(hidden, Map.of());
    }
}
