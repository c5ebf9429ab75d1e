package org.tempera.nn.weights;

import java.nio.ByteBuffer;

/** Tensors whose bytes can be copied as they are stored, whatever their dtype. */
interface StoredTensors extends TensorSource {
    /** Takes a part of a tensor's bytes: whole elements, from the buffer's position to its limit. */
    @FunctionalInterface
    interface ByteSink {
        void accept(ByteBuffer bytes);
    }

    /** Hands on the elements in row-major order, little-endian, a chunk at a time. */
    void readStored(String name, ByteSink sink);
}
