package org.tempera.record.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Decodes Windows and OS/2 bitmaps of 1 to 32 bits as Pillow does: the fourth byte of 32 bits is transparency only
 * where the file's masks say so.
 */
final class BmpDecoder implements PictureFormat {
    private static final int FILE_HEADER = 14;
    private static final int OS2 = 12;
    private static final List<Integer> HEADERS = List.of(OS2, 40, 52, 56, 64, 108, 124);
    private static final int RAW = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int MASKS = 3;

    /** A run of 255 in two bytes, and rows that are left out; more is not believed. */
    private static final double MOST_PIXELS_PER_BYTE = 1024;

    /** What the header says; {@code masks} are of red, green, blue and alpha. */
    private record Header(
            ImageSize size, boolean topDown, int bits, int compression, int[] masks, Palette palette, int pixels) {}

    @Override
    public boolean begins(byte[] head) {
        return Headers.has(head, 0, "BM");
    }

    @Override
    public ImageSize size(byte[] front, int bytes) throws IOException {
        return header(front, bytes).size();
    }

    @Override
    public boolean looksWhole(byte[] tail) {
        return true; // where its pixels are not in runs, the size is compared with the file's length
    }

    @Override
    public RgbImage decode(byte[] file) throws IOException {
        Header header = header(file, file.length);
        if (header.compression() == RLE8 || header.compression() == RLE4) {
            return decodeRuns(file, header);
        }
        ImageSize size = header.size();
        Canvas canvas = new Canvas(size);
        long row = rowBytes(size.width(), header.bits());
        for (int line = 0; line < size.height(); line++) {
            int from = Math.toIntExact(header.pixels() + line * row);
            int y = header.topDown() ? line : size.height() - 1 - line;
            for (int x = 0; x < size.width(); x++) {
                pixel(file, from, x, y, header, canvas);
            }
        }
        return canvas.image();
    }

    private static long rowBytes(int width, int bits) {
        return ((long) width * bits + 31) / 32 * 4;
    }

    private static Header header(byte[] front, int bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(front).order(ByteOrder.LITTLE_ENDIAN);
        if (front.length < FILE_HEADER + OS2) {
            throw new IOException("its header is cut short");
        }
        int pixels = in.getInt(10);
        int length = in.getInt(FILE_HEADER);
        if (!HEADERS.contains(length)) {
            throw new IOException(
                    "its header has " + Integer.toUnsignedLong(length) + " bytes, expected one of " + HEADERS);
        }
        if (front.length < FILE_HEADER + length) {
            throw new IOException("its header is cut short");
        }
        boolean os2 = length == OS2;
        long width = os2 ? in.getShort(18) & 0xffff : Integer.toUnsignedLong(in.getInt(18));
        long height = os2 ? in.getShort(20) & 0xffff : Integer.toUnsignedLong(in.getInt(22));
        boolean topDown = !os2 && (front[25] & 255) == 255;
        int bits = in.getShort(os2 ? 24 : 28) & 0xffff;
        int compression = os2 ? RAW : in.getInt(30);
        long colours = os2 ? 0 : Integer.toUnsignedLong(in.getInt(46));
        requireKnown(bits, compression);
        in.position(FILE_HEADER + length);
        int[] masks = compression == MASKS ? masks(in, length) : new int[4];
        Palette palette = Palette.greys();
        if (bits <= 8) {
            int stride = os2 ? 3 : 4;
            long listed = colours == 0 ? 1L << bits : colours;
            if (listed > 1 << 16) {
                throw new IOException("its palette has " + listed + " colours");
            }
            byte[] entries = new byte[(int) Math.min(stride * listed, in.remaining())];
            in.get(entries);
            palette = Palette.ofBgr(entries, stride);
            // Some programs count the header alone.
            pixels += pixels == FILE_HEADER + length ? (int) (stride * listed) : 0;
        }
        boolean runs = compression == RLE8 || compression == RLE4;
        if (pixels == 0) {
            pixels = in.position();
        }
        ImageSize size = Headers.size(
                width, topDown ? (1L << 32) - height : height, runs ? MOST_PIXELS_PER_BYTE : 8.0 / bits, bytes);
        if (pixels < 0 || pixels > bytes || (!runs && missing(bytes - pixels, size, bits))) {
            throw new IOException("its pixels end early");
        }
        return new Header(size, topDown, bits, compression, masks, palette, pixels);
    }

    /** Whether so many bytes are too few; the filling of the last row may be left out. */
    private static boolean missing(int bytes, ImageSize size, int bits) {
        long lastRow = ((long) size.width() * bits + 7) / 8;
        return bytes < (size.height() - 1L) * rowBytes(size.width(), bits) + lastRow;
    }

    private static void requireKnown(int bits, int compression) throws IOException {
        boolean known =
                switch (compression) {
                    case RAW -> List.of(1, 4, 8, 16, 24, 32).contains(bits);
                    case RLE8 -> bits == 8;
                    case RLE4 -> bits == 4;
                    case MASKS -> bits == 16 || bits == 24 || bits == 32;
                    default -> false;
                };
        if (!known) {
            throw new UnsupportedPictureException("expected a bitmap of 1, 4, 8, 16, 24 or 32 bits without compression,"
                    + " or in runs, found " + bits + " bits in compression " + Integer.toUnsignedLong(compression)
                    + ". Save it as PNG.");
        }
    }

    private static int[] masks(ByteBuffer in, int header) throws IOException {
        int[] masks = new int[4];
        for (int i = 0; i < (header >= 56 ? 4 : 3); i++) {
            masks[i] = header >= 52 ? in.getInt(FILE_HEADER + 40 + 4 * i) : in.getInt();
        }
        return masks;
    }

    private static void pixel(byte[] file, int row, int x, int y, Header header, Canvas canvas) throws IOException {
        int bits = header.bits();
        if (bits <= 8) {
            int bit = x * bits;
            int index = (file[row + (bit >> 3)] & 255) >> (8 - bits - (bit & 7)) & ((1 << bits) - 1);
            header.palette().paint(canvas, x, y, index);
        } else if (bits == 16) {
            int at = row + 2 * x;
            sixteen((file[at] & 255) | (file[at + 1] & 255) << 8, x, y, header, canvas);
        } else if (header.compression() == MASKS && bits == 32) {
            masked(file, row + 4 * x, x, y, header.masks(), canvas);
        } else {
            int at = row + bits / 8 * x;
            canvas.set(x, y, file[at + 2] & 255, file[at + 1] & 255, file[at] & 255);
        }
    }

    /** Five bits a colour, or six of green, stretched to 8 and cut. */
    private static void sixteen(int value, int x, int y, Header header, Canvas canvas) throws IOException {
        int[] masks = header.masks();
        boolean green6 = header.compression() == MASKS && masks[1] == 0x7e0;
        if (header.compression() == MASKS && !(green6 ? masks[0] == 0xf800 : masks[0] == 0x7c00 && masks[1] == 0x3e0)) {
            throw unknownMasks();
        }
        int red = value >> (green6 ? 11 : 10) & 31;
        int green = value >> 5 & (green6 ? 63 : 31);
        canvas.set(x, y, red * 255 / 31, green * 255 / (green6 ? 63 : 31), (value & 31) * 255 / 31);
    }

    private static void masked(byte[] file, int at, int x, int y, int[] masks, Canvas canvas) throws IOException {
        boolean none = masks[0] == 0 && masks[1] == 0 && masks[2] == 0 && masks[3] == 0;
        int alpha = none ? file[at + 3] & 255 : masks[3] == 0 ? 255 : file[at + place(masks[3])] & 255;
        canvas.set(
                x,
                y,
                file[at + (none ? 2 : place(masks[0]))] & 255,
                file[at + (none ? 1 : place(masks[1]))] & 255,
                file[at + (none ? 0 : place(masks[2]))] & 255,
                alpha);
    }

    /** Which of four bytes a mask takes. */
    private static int place(int mask) throws IOException {
        return switch (mask) {
            case 0xff -> 0;
            case 0xff00 -> 1;
            case 0xff0000 -> 2;
            case 0xff000000 -> 3;
            default -> throw unknownMasks();
        };
    }

    private static IOException unknownMasks() {
        return new UnsupportedPictureException(
                "expected colours of whole bytes, or of 5 or 6 bits, found other masks. Save it as PNG.");
    }

    /** Runs of one index, and indices as they are, in rows from the bottom; what is left out has the index 0. */
    private static RgbImage decodeRuns(byte[] file, Header header) throws IOException {
        ImageSize size = header.size();
        byte[] indices = new byte[Math.toIntExact(size.pixels())];
        int width = size.width();
        boolean four = header.compression() == RLE4;
        int in = header.pixels();
        int out = 0;
        int x = 0;
        boolean end = false;
        while (!end && out < indices.length && in + 1 < file.length) {
            int count = file[in++] & 255;
            int value = file[in++] & 255;
            if (count > 0) {
                count = Math.min(Math.max(0, width - x), count);
                for (int i = 0; i < count && out < indices.length; i++) {
                    indices[out++] = (byte) (!four ? value : i % 2 == 0 ? value >> 4 : value & 15);
                }
                x += count;
            } else if (value == 0) {
                out = (out + width - 1) / width * width;
                x = 0;
            } else if (value == 1) {
                end = true;
            } else if (value == 2) {
                end = in + 2 > file.length;
                if (!end) {
                    out = (int) Math.min(indices.length, out + (file[in] & 255) + (long) (file[in + 1] & 255) * width);
                    x = out % width;
                    in += 2;
                }
            } else {
                int taken = Math.min(indices.length - out, value);
                int bytes = four ? (taken + 1) / 2 : taken;
                if (bytes > file.length - in) {
                    throw new IOException("its pixels end early");
                }
                for (int i = 0; i < taken; i++) {
                    int b = file[in + (four ? i / 2 : i)] & 255;
                    indices[out++] = (byte) (!four ? b : i % 2 == 0 ? b >> 4 : b & 15);
                }
                x += value;
                in += bytes;
                in += in % 2;
            }
        }
        if (out < indices.length) {
            throw new IOException("its pixels end early");
        }
        Canvas canvas = new Canvas(size);
        for (int i = 0; i < indices.length; i++) {
            int line = i / width;
            header.palette()
                    .paint(canvas, i % width, header.topDown() ? line : size.height() - 1 - line, indices[i] & 255);
        }
        return canvas.image();
    }
}
