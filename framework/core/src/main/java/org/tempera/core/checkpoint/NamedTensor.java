package org.tempera.core.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.tempera.spi.HostTensor;

/**
 * A tensor to be saved, whose numbers are asked for only when it is written, so that not all are in memory twice.
 *
 * @param name unique in the checkpoint
 * @param shape sizes of the axes
 * @param values reads the numbers
 */
public record NamedTensor(String name, List<Integer> shape, Supplier<HostTensor> values) {
    public NamedTensor {
        shape = List.copyOf(shape);
    }

    /** A tensor that is at hand. */
    public static NamedTensor of(String name, HostTensor tensor) {
        return new NamedTensor(name, Arrays.stream(tensor.shape()).boxed().toList(), () -> tensor);
    }

    /** Bytes of its numbers as stored, fp32. */
    long bytes() {
        return shape.stream().mapToLong(Integer::longValue).reduce(4, Math::multiplyExact);
    }
}
