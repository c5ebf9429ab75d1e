package org.tempera.nn.weights;

import org.tensorflow.ndarray.Shape;

/**
 * What a file says of one tensor.
 *
 * @param name the tensor's key, such as {@code text_model.embeddings.token_embedding.weight}
 * @param dtype the type of its elements as stored
 * @param shape its dimensions, all known; a scalar has none
 */
public record TensorInfo(String name, DType dtype, Shape shape) {
    /** Rejects a shape with unknown dimensions. */
    public TensorInfo {
        if (shape.isUnknown() || shape.hasUnknownDimension()) {
            throw new IllegalArgumentException("shape of '" + name + "' must be known, was " + shape);
        }
    }

    /** The number of elements: the product of the dimensions, 1 for a scalar. */
    public long elements() {
        return shape.size();
    }

    /** The number of bytes that the elements take as stored. */
    public long bytes() {
        return Math.multiplyExact(elements(), (long) dtype.byteSize());
    }
}
