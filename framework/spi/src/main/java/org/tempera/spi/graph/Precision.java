package org.tempera.spi.graph;

/**
 * The numbers that large networks multiply with. Products are summed in float32 under each, and all that is no product
 * of a network is float32: norms, softmax, losses, adapters, critics and optimisers. What a product gives is of the
 * precision, too, but for the layers that a network ends with.
 */
public enum Precision {
    /** Of 32 bits. */
    FLOAT32,
    /** Of 32 bits, of which a GPU's tensor cores read 19 (8 of exponent, 10 of fraction). On a GPU alone. */
    TF32,
    /** Of 16 bits (8 of exponent, 7 of fraction). Frozen weights are stored so too. */
    BFLOAT16;

    /** Bytes of a stored weight that nothing trains and that a network multiplies with. */
    public int bytesOfFrozenWeight() {
        return this == BFLOAT16 ? 2 : 4;
    }
}
