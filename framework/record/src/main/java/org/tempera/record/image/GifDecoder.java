package org.tempera.record.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the first picture of a GIF (GIF89a) as Pillow does: where it does not cover the screen, the rest has the
 * transparent index, or 0.
 */
final class GifDecoder implements PictureFormat {
    private static final int SCREEN = 13;
    private static final int TRANSPARENCY = 0xf9;

    /**
     * No code is shorter than 9 bits once it can stand for more than 256 pixels, and none stands for more than 4096.
     */
    private static final double MOST_PIXELS_PER_BYTE = 4096;

    private static final int MOST_CODES = 4096;
    private static final int[][] ONE_PASS = {{0, 1}};

    /** First row and distance of rows of each pass of an interlaced picture. */
    private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

    /** The first picture's place on the screen, its colours, and where its codes begin. */
    private record Frame(
            ImageSize screen,
            int left,
            int top,
            int width,
            int height,
            boolean interlaced,
            int transparent,
            Palette palette,
            int data) {}

    @Override
    public boolean begins(byte[] head) {
        return Headers.has(head, 0, "GIF87a") || Headers.has(head, 0, "GIF89a");
    }

    @Override
    public ImageSize size(byte[] front, int bytes) throws IOException {
        return frame(front, bytes).screen();
    }

    @Override
    public boolean looksWhole(byte[] tail) {
        return tail[tail.length - 1] == ';';
    }

    @Override
    public RgbImage decode(byte[] file) throws IOException {
        Frame frame = frame(file, file.length);
        Canvas canvas = new Canvas(frame.screen());
        int around = Math.max(0, frame.transparent());
        for (int y = 0; y < frame.screen().height(); y++) {
            boolean beside = y < frame.top() || y >= frame.top() + frame.height();
            for (int x = 0; x < frame.screen().width(); x++) {
                if (beside || x < frame.left() || x >= frame.left() + frame.width()) {
                    frame.palette().paint(canvas, x, y, around);
                }
            }
        }
        Codes codes = new Codes(file, frame.data());
        byte[] row = new byte[frame.width()];
        for (int[] pass : frame.interlaced() ? PASSES : ONE_PASS) {
            for (int line = pass[0]; line < frame.height(); line += pass[1]) {
                codes.fill(row);
                for (int i = 0; i < row.length; i++) {
                    frame.palette().paint(canvas, frame.left() + i, frame.top() + line, row[i] & 255);
                }
            }
        }
        return canvas.image();
    }

    private static Frame frame(byte[] front, int bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(front).order(ByteOrder.LITTLE_ENDIAN);
        if (front.length < SCREEN) {
            throw new IOException("its header is cut short");
        }
        in.position(6);
        int width = unsigned(in.getShort());
        int height = unsigned(in.getShort());
        int flags = in.get();
        in.position(SCREEN);
        @Nullable Palette global = palette(in, flags);
        int transparent = -1;
        while (true) {
            int block = unsigned(in.get());
            if (block == '!') {
                transparent = extension(in, transparent);
            } else if (block == ',') {
                return frame(in, bytes, width, height, transparent, global);
            } else if (block == ';') {
                throw new IOException("it has no picture");
            }
        }
    }

    private static Frame frame(
            ByteBuffer in, int bytes, int screenWidth, int screenHeight, int transparent, @Nullable Palette global)
            throws IOException {
        int left = unsigned(in.getShort());
        int top = unsigned(in.getShort());
        int width = unsigned(in.getShort());
        int height = unsigned(in.getShort());
        int flags = in.get();
        @Nullable Palette local = palette(in, flags);
        Palette palette = local != null ? local : global != null ? global : Palette.greys();
        if (transparent >= 0) {
            palette.alpha(transparent, 0);
        }
        if (width < 1 || height < 1) {
            throw new IOException("its picture has " + width + "x" + height + " pixels");
        }
        ImageSize screen = Headers.size(
                Math.max(screenWidth, left + width), Math.max(screenHeight, top + height), MOST_PIXELS_PER_BYTE, bytes);
        return new Frame(screen, left, top, width, height, (flags & 64) != 0, transparent, palette, in.position());
    }

    /** The palette that the flags announce; null where there is none, or its colours are their indices' greys. */
    private static @Nullable Palette palette(ByteBuffer in, int flags) {
        if ((flags & 128) == 0) {
            return null;
        }
        byte[] colours = new byte[3 << ((flags & 7) + 1)];
        in.get(colours);
        for (int i = 0; i < colours.length; i++) {
            if ((colours[i] & 255) != i / 3) {
                return Palette.ofRgb(colours);
            }
        }
        return null;
    }

    /** Reads an extension's blocks. @return the index that is transparent after it; -1 for none */
    private static int extension(ByteBuffer in, int transparent) {
        int label = unsigned(in.get());
        int length = unsigned(in.get());
        int result = transparent;
        boolean first = true;
        while (length > 0) {
            byte[] block = new byte[length];
            in.get(block);
            if (label == TRANSPARENCY && first && length >= 4 && (block[0] & 1) != 0) {
                result = unsigned(block[3]);
            }
            first = false;
            length = unsigned(in.get());
        }
        return result;
    }

    private static int unsigned(byte b) {
        return b & 255;
    }

    private static int unsigned(short s) {
        return s & 0xffff;
    }

    /** Indices from LZW codes in blocks of up to 255 bytes. */
    private static final class Codes {
        private final ByteBuffer in;
        private final int clear;
        private final int[] prefix = new int[MOST_CODES];
        private final byte[] last = new byte[MOST_CODES];
        /** The indices of the code that was read last, from its end on. */
        private final byte[] pending = new byte[MOST_CODES + 1];

        private int waiting;
        private int block;
        private int bits;
        private int held;
        private int width;
        private int next;
        private int previous;
        private int first;

        Codes(byte[] file, int at) throws IOException {
            in = ByteBuffer.wrap(file);
            in.position(at);
            int size = unsigned(in.get());
            if (size > 8) {
                throw new IOException("its codes begin with " + size + " bits, expected at most 8");
            }
            clear = 1 << size;
            for (int i = 0; i < clear; i++) {
                last[i] = (byte) i;
            }
            reset();
        }

        private void reset() {
            width = Integer.numberOfTrailingZeros(clear) + 1;
            next = clear + 2;
            previous = -1;
        }

        void fill(byte[] row) throws IOException {
            for (int i = 0; i < row.length; i++) {
                while (waiting == 0) {
                    expand(code());
                }
                row[i] = pending[--waiting];
            }
        }

        private int code() throws IOException {
            while (held < width) {
                if (block == 0) {
                    block = unsigned(in.get());
                    if (block == 0) {
                        throw new IOException("its pixels end early");
                    }
                }
                bits |= unsigned(in.get()) << held;
                block--;
                held += 8;
            }
            int code = bits & ((1 << width) - 1);
            bits >>>= width;
            held -= width;
            return code;
        }

        private void expand(int code) throws IOException {
            if (code == clear) {
                reset();
                return;
            }
            if (code == clear + 1) {
                throw new IOException("its pixels end early");
            }
            if (previous < 0 ? code > clear : code > next) {
                throw new IOException("its pixels have a code that nothing defines");
            }
            int at = code;
            if (code == next) {
                // Defined by itself: the previous string with its own first index at the end.
                pending[waiting++] = (byte) first;
                at = previous;
            }
            while (at > clear) {
                pending[waiting++] = last[at];
                at = prefix[at];
            }
            first = at;
            pending[waiting++] = (byte) at;
            if (previous >= 0 && next < MOST_CODES) {
                prefix[next] = previous;
                last[next] = (byte) first;
                next++;
                if (next == 1 << width && width < 12) {
                    width++;
                }
            }
            previous = code;
        }
    }
}
