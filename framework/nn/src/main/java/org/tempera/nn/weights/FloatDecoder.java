package org.tempera.nn.weights;

import java.nio.ByteBuffer;

/**
 * Decodes parts of a tensor into an array that it fills anew for each.
 *
 * <p>Elements are copied out of the bytes together and then converted from array to array: model files hold a thousand
 * million of them, and one call of a buffer for each costs more than all else that loading does.
 */
final class FloatDecoder {
    private final DType dtype;
    private short[] shorts = new short[0];
    private double[] doubles = new double[0];
    private float[] floats = new float[0];
    private int count;

    /** A decoder of F16, BF16, F32 or F64. */
    FloatDecoder(DType dtype) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException(dtype + " is not a floating type");
        }
        this.dtype = dtype;
    }

    /** Decodes as many elements as {@code bytes} holds; the array is longer where an earlier part was. */
    float[] decode(ByteBuffer bytes) {
        count = bytes.remaining() / dtype.byteSize();
        if (floats.length < count) {
            floats = new float[count];
        }
        switch (dtype) {
            case F16 -> HalfFloats.fromHalfs(shorts(bytes), count, floats);
            case BF16 -> HalfFloats.fromBfloat16s(shorts(bytes), count, floats);
            case F64 -> narrow(bytes);
            default -> bytes.asFloatBuffer().get(floats, 0, count);
        }
        bytes.position(bytes.position() + count * dtype.byteSize());
        return floats;
    }

    /** Elements of the last part. */
    int count() {
        return count;
    }

    private short[] shorts(ByteBuffer bytes) {
        if (shorts.length < count) {
            shorts = new short[count];
        }
        bytes.asShortBuffer().get(shorts, 0, count);
        return shorts;
    }

    private void narrow(ByteBuffer bytes) {
        if (doubles.length < count) {
            doubles = new double[count];
        }
        bytes.asDoubleBuffer().get(doubles, 0, count);
        for (int i = 0; i < count; i++) {
            floats[i] = (float) doubles[i];
        }
    }
}
