package org.tempera.core.checkpoint;

import org.tempera.spi.HostTensor;

/**
 * A tensor to be saved.
 *
 * @param name unique in the checkpoint
 */
public record NamedTensor(String name, HostTensor values) {
    /** Bytes of its numbers as stored, fp32. */
    long bytes() {
        return 4L * values.size();
    }
}
