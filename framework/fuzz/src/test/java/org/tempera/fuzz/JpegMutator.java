package org.tempera.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages segments and scans of a JPEG file, and makes the segments' lengths right again, mostly. */
final class JpegMutator implements Mutator {
    private static final int SCAN = 0xda;
    private static final int[] MARKERS = {
        0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc9, 0xd0, 0xd8, 0xd9, SCAN, 0xdb, 0xdc, 0xdd, 0xe0, 0xe1, 0xee, 0xfe, 0x01,
        0x02,
    };

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        List<byte[]> pieces = pieces(sound);
        for (int n = 1 + random.nextInt(3); n > 0 && !pieces.isEmpty(); n--) {
            if (random.nextInt(6) == 0) {
                byte[] noise = new byte[4 + random.nextInt(20)];
                random.nextBytes(noise);
                noise[0] = -1;
                noise[1] = (byte) MARKERS[random.nextInt(MARKERS.length)];
                pieces.add(random.nextInt(pieces.size()), noise);
            } else {
                Pieces.damage(pieces, 4, random);
            }
        }
        if (random.nextInt(8) != 0) {
            pieces.replaceAll(JpegMutator::withLength);
        }
        return Pieces.joined(pieces);
    }

    /** A segment as long as it says; what is none stays as it is. */
    private static byte[] withLength(byte[] piece) {
        if (piece.length < 4 || piece[0] != -1 || piece.length > 0xffff + 2) {
            return piece;
        }
        byte[] right = piece.clone();
        right[2] = (byte) ((piece.length - 2) >> 8);
        right[3] = (byte) (piece.length - 2);
        return right;
    }

    /** Markers with their segments, and between them what a scan holds. */
    private static List<byte[]> pieces(byte[] jpeg) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at + 1 < jpeg.length; ) {
            int end = at + 2;
            int marker = jpeg[at + 1] & 255;
            if (jpeg[at] != -1 || marker == 0) {
                while (end + 1 < jpeg.length && (jpeg[end] != -1 || jpeg[end + 1] == 0)) {
                    end++;
                }
            } else if (marker != 0x01 && (marker < 0xd0 || marker > 0xd9) && at + 3 < jpeg.length) {
                end += (jpeg[at + 2] & 255) << 8 | (jpeg[at + 3] & 255);
            }
            end = Math.min(end, jpeg.length);
            pieces.add(Arrays.copyOfRange(jpeg, at, end));
            at = end;
        }
        return pieces;
    }
}
