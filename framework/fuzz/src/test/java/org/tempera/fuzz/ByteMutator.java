package org.tempera.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Flips, overwrites, inserts, repeats and removes bytes, and cuts the file short. */
final class ByteMutator implements Mutator {
    private static final byte[][] NUMBERS = {
        {0, 0, 0, 0},
        {-1, -1, -1, -1},
        {-1, -1, -1, 127},
        {127, -1, -1, -1},
        {0, 0, 0, -128},
        {0, 0, 0, 0, 0, 0, 0, -128},
        {-1, -1, -1, -1, -1, -1, -1, 127},
        {1, 0, 0, 0},
        {0, 0, 0, 1},
        {-1, -1},
        {0},
        {-1},
        {'\n'},
        {'{'},
    };

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        byte[] bytes = sound.clone();
        for (int n = 1 << random.nextInt(4); n > 0; n--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[random.nextInt(64)];
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(1, 8)));
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> {
                byte[] number = Mutator.any(NUMBERS, random);
                System.arraycopy(number, 0, bytes, at, Math.min(number.length, bytes.length - at));
            }
            case 3 -> {
                return splice(bytes, at, at + length, new byte[0]);
            }
            case 4 -> {
                return splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            }
            case 5 -> {
                int from = random.nextInt(bytes.length - length + 1);
                System.arraycopy(bytes, from, bytes, at, length);
            }
            default -> {
                if (random.nextInt(4) == 0) {
                    return Arrays.copyOf(bytes, at);
                }
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                return splice(bytes, at, at, noise);
            }
        }
        return bytes;
    }

    /** The bytes with those from {@code from} to {@code to} replaced. */
    static byte[] splice(byte[] bytes, int from, int to, byte[] by) {
        byte[] result = new byte[bytes.length - (to - from) + by.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
        return result;
    }
}
