package org.tempera.nn.weights;

/**
 * Converts between floats and the two 16-bit formats, exactly in one direction and rounding to the nearest, ties to
 * even, in the other.
 */
public final class HalfFloats {
    private HalfFloats() {}

    /**
     * All halves' floats: a look-up takes a tenth of the time that the computation takes without the JVM's second
     * compiler.
     */
    private static final class Table {
        static final float[] FLOATS = new float[1 << Short.SIZE];

        static {
            for (int i = 0; i < FLOATS.length; i++) {
                FLOATS[i] = fromHalf((short) i);
            }
        }
    }

    /** The floats that the first {@code count} IEEE halves stand for. */
    static void fromHalfs(short[] halfs, int count, float[] floats) {
        float[] table = Table.FLOATS;
        for (int i = 0; i < count; i++) {
            floats[i] = table[halfs[i] & 0xffff];
        }
    }

    /** The floats that the first {@code count} bfloat16s stand for. */
    static void fromBfloat16s(short[] bfloats, int count, float[] floats) {
        for (int i = 0; i < count; i++) {
            floats[i] = fromBfloat16(bfloats[i]);
        }
    }

    /** The float that an IEEE half stands for; exact for all 65,536 patterns. */
    public static float fromHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int magnitude = half & 0x7fff;
        int bits;
        if (magnitude >= 0x7c00) {
            bits = (magnitude << 13) | 0x7f800000;
        } else if (magnitude >= 0x0400) {
            bits = (magnitude << 13) + 0x38000000;
        } else {
            bits = Float.floatToRawIntBits(magnitude * 0x1p-24f);
        }
        return Float.intBitsToFloat(sign | bits);
    }

    /**
     * The IEEE half nearest to a float, ties to even. From 65520 on it is infinity; a NaN stays one and keeps the upper
     * bits of its payload.
     */
    public static short toHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        int half;
        if (magnitude > 0x7f800000) {
            half = 0x7e00 | ((magnitude >>> 13) & 0x3ff);
        } else if (magnitude >= 0x477ff000) {
            half = 0x7c00;
        } else if (magnitude >= 0x38800000) {
            half = (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
        } else if (magnitude > 0x33000000) {
            // A subnormal half counts units of 2^-24.
            int shift = 126 - (magnitude >>> 23);
            int fraction = (magnitude & 0x7fffff) | 0x800000;
            half = (fraction + (1 << (shift - 1)) - 1 + ((fraction >>> shift) & 1)) >>> shift;
        } else {
            half = 0;
        }
        return (short) (sign | half);
    }

    /** The float that a bfloat16 stands for; exact for all 65,536 patterns. */
    public static float fromBfloat16(short bfloat) {
        return Float.intBitsToFloat(bfloat << 16);
    }

    /** The bfloat16 nearest to a float, ties to even; a NaN stays one. */
    public static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > 0x7f800000) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
