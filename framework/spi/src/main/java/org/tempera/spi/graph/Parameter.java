package org.tempera.spi.graph;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * A resource variable of the shared graph. Made by {@link GraphScope#parameter} only, so that no reference
 * variable (whose gradient can crash the JVM) exists.
 *
 * @param name full name in the graph, unique
 * @param shape static shape in the graph's layout: convolutions HWIO, matrices [in, out]
 * @param trainable whether an optimiser may own it; frozen parameters never get a gradient
 * @param handle the variable's resource handle
 * @param value its current value, shaped {@code shape}; float32 however it is stored
 * @param bytesPerNumber how it is stored: in 4 bytes as float32, or in 2 as bfloat16
 */
public record Parameter(
        String name,
        Shape shape,
        boolean trainable,
        Operand<? extends TType> handle,
        Operand<TFloat32> value,
        int bytesPerNumber) {
    /** How many numbers it holds. */
    public long size() {
        return shape.size();
    }

    /** What it takes in memory. */
    public long bytes() {
        return bytesPerNumber * size();
    }
}
