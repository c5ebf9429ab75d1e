package org.tempera.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages a file that is a row of pieces: takes some away, repeats and moves them, and damages them inside. */
final class Pieces {
    private static final int MANY = 200;

    private Pieces() {}

    /** Does one thing to one of the pieces. @param length of a piece's beginning that says what it is */
    static void damage(List<byte[]> pieces, int length, SplittableRandom random) {
        int at = random.nextInt(pieces.size());
        byte[] piece = pieces.get(at);
        switch (random.nextInt(8)) {
            case 0 -> pieces.remove(at);
            case 1 -> pieces.add(at, piece);
            case 2 -> pieces.add(random.nextInt(pieces.size()), pieces.remove(at));
            case 3 -> {
                for (int n = random.nextInt(MANY); n > 0; n--) {
                    pieces.add(at, piece);
                }
            }
            case 4, 5 -> {
                // What stands first says the most.
                byte[] changed = piece.clone();
                if (changed.length > 0) {
                    int[] values = {0, 1, 2, 3, 4, 8, 0x11, 0x22, 0x41, 0x44, 0x7f, 0x80, 0xff, random.nextInt(256)};
                    changed[random.nextInt(Math.min(changed.length, length + 16))] =
                            (byte) values[random.nextInt(values.length)];
                }
                pieces.set(at, changed);
            }
            default -> {
                byte[] begin = Arrays.copyOf(piece, Math.min(piece.length, length));
                byte[] rest = Arrays.copyOfRange(piece, begin.length, piece.length);
                byte[] damaged = new ByteMutator().mutate(rest, random);
                pieces.set(at, ByteMutator.splice(damaged, 0, 0, begin));
            }
        }
    }

    static byte[] joined(List<byte[]> pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        pieces.forEach(out::writeBytes);
        return out.toByteArray();
    }
}
