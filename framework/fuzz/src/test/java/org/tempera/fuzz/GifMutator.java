package org.tempera.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages the blocks of a GIF file: its screen, extensions, pictures, and the blocks of their codes. */
final class GifMutator implements Mutator {
    private static final int SCREEN = 13;
    /** Bytes of a picture's place, and of what is said of its colours. */
    private static final int PLACE = 10;

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        List<byte[]> pieces = pieces(sound);
        for (int n = 1 + random.nextInt(3); n > 0 && !pieces.isEmpty(); n--) {
            Pieces.damage(pieces, 1, random);
        }
        return Pieces.joined(pieces);
    }

    private static List<byte[]> pieces(byte[] gif) {
        List<byte[]> pieces = new ArrayList<>();
        int at = take(gif, 0, SCREEN, pieces);
        at = at == SCREEN ? take(gif, at, colours(gif[10]), pieces) : at;
        while (at < gif.length) {
            if (gif[at] == '!') {
                at = blocks(gif, take(gif, at, 2, pieces), pieces);
            } else if (gif[at] == ',' && at + PLACE <= gif.length) {
                int flags = gif[at + PLACE - 1];
                at = take(gif, take(gif, at, PLACE, pieces), colours(flags), pieces);
                at = blocks(gif, take(gif, at, 1, pieces), pieces);
            } else {
                at = take(gif, at, 1, pieces);
            }
        }
        return pieces;
    }

    /** Blocks up to an empty one. @return where they end */
    private static int blocks(byte[] gif, int from, List<byte[]> pieces) {
        int at = from;
        while (at < gif.length) {
            int length = gif[at] & 255;
            at = take(gif, at, 1 + length, pieces);
            if (length == 0) {
                break;
            }
        }
        return at;
    }

    /** Bytes of the colours that flags announce. */
    private static int colours(int flags) {
        return (flags & 128) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /** A piece, as far as there is one. @return where it ends */
    private static int take(byte[] gif, int from, int length, List<byte[]> pieces) {
        int end = Math.min(gif.length, from + length);
        if (end > from) {
            pieces.add(Arrays.copyOfRange(gif, from, end));
        }
        return end;
    }
}
