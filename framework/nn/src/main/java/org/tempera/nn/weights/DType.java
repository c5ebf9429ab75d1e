package org.tempera.nn.weights;

/** The element type of a stored tensor. The constants stand in the order in which safetensors files sort them. */
public enum DType {
    /** One byte, 0 or 1. */
    BOOL(1, false),
    /** Unsigned 8-bit integer. */
    U8(1, false),
    /** Signed 8-bit integer. */
    I8(1, false),
    /** Signed 16-bit integer. */
    I16(2, false),
    /** IEEE half precision. */
    F16(2, true),
    /** The upper half of a float: 8 bits of exponent, 7 of fraction. */
    BF16(2, true),
    /** Signed 32-bit integer. */
    I32(4, false),
    /** IEEE single precision. */
    F32(4, true),
    /** IEEE double precision. */
    F64(8, true),
    /** Signed 64-bit integer. */
    I64(8, false);

    private final int byteSize;
    private final boolean floating;

    DType(int byteSize, boolean floating) {
        this.byteSize = byteSize;
        this.floating = floating;
    }

    /** Bytes of one element. */
    public int byteSize() {
        return byteSize;
    }

    /** True for F16, BF16, F32 and F64. */
    public boolean isFloating() {
        return floating;
    }
}
