package org.tempera.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Damages the fields of a bitmap's header, and puts steps and runs among its pixels. */
final class BmpMutator implements Mutator {
    /** Where pixels begin, length of the header, columns, rows, compression, colours, and masks. */
    private static final int[] INTS = {10, 14, 18, 22, 30, 46, 54, 58, 62, 66};

    private static final int[] VALUES = {
        0,
        1,
        2,
        3,
        4,
        8,
        12,
        16,
        17,
        24,
        32,
        40,
        52,
        54,
        56,
        64,
        108,
        124,
        255,
        256,
        4096,
        8192,
        65535,
        1 << 20,
        0xff00,
        0xff0000,
        0xff000000,
        0x7c00,
        0x3e0,
        0x1f,
        0xf800,
        0x7e0,
        Integer.MAX_VALUE,
        -1,
        -11,
    };

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        byte[] bytes = sound.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int pixels = Math.min(bytes.length, 54);
            ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int value = VALUES[random.nextInt(VALUES.length)];
            switch (random.nextInt(4)) {
                case 0 -> {
                    int at = INTS[random.nextInt(INTS.length)];
                    if (at + 4 <= bytes.length) {
                        header.putInt(at, value);
                    }
                }
                case 1 -> {
                    if (bytes.length >= 30) {
                        header.putShort(28, (short) (1 << random.nextInt(7)));
                    }
                }
                case 2 -> {
                    byte[] step = {0, (byte) random.nextInt(6), (byte) value, (byte) random.nextInt(256)};
                    int at = pixels + random.nextInt(bytes.length - pixels + 1);
                    bytes = ByteMutator.splice(bytes, at, at, step);
                }
                default -> bytes = new ByteMutator().mutate(bytes, random);
            }
        }
        return bytes;
    }
}
