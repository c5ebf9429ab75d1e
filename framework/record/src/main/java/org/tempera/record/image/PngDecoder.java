package org.tempera.record.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PNG (W3C PNG, third edition) to the levels that Pillow reads: 16 bits are cut to their upper 8, but of grey
 * without alpha, where levels above 255 become 255. Gamma, profiles and Exif are passed over; of an animation, the
 * first picture counts.
 */
final class PngDecoder implements PictureFormat {
    private static final int HEADER_END = 33;
    private static final int LONGEST_CHUNK = Integer.MAX_VALUE;

    /** Deflate's most: 258 bytes from 2 bits. */
    private static final double MOST_INFLATED = 1032;

    private static final int INFLATED_AT_ONCE = 1 << 14;

    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GREY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;

    /** First column and row, and the distances of columns and rows, of each pass of an interlaced picture. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

    /** What the header says. */
    private record Header(ImageSize size, int bits, int colours, boolean interlaced) {
        int channels() {
            return switch (colours) {
                case RGB -> 3;
                case GREY_ALPHA -> 2;
                case RGB_ALPHA -> 4;
                default -> 1;
            };
        }

        /** Bytes of a row of so many pixels. */
        int rowBytes(int pixels) {
            return Math.toIntExact(((long) pixels * channels() * bits + 7) / 8);
        }
    }

    /** A chunk's place in the file. */
    private record Chunk(String type, int from, int length) {}

    @Override
    public boolean begins(byte[] head) {
        return head.length >= PngEncoder.SIGNATURE.length
                && Arrays.equals(Arrays.copyOf(head, PngEncoder.SIGNATURE.length), PngEncoder.SIGNATURE);
    }

    @Override
    public ImageSize size(byte[] front, int bytes) throws IOException {
        return header(front, bytes).size();
    }

    @Override
    public boolean looksWhole(byte[] tail) {
        return tail.length >= 12 && Headers.has(tail, tail.length - 8, "IEND");
    }

    @Override
    public RgbImage decode(byte[] file) throws IOException {
        Header header = header(file, file.length);
        byte[] palette = {};
        byte[] transparent = {};
        @Nullable Chunk data = null;
        for (int at = PngEncoder.SIGNATURE.length; file.length - at >= 12; ) {
            Chunk chunk = chunk(file, at);
            if (chunk.type().equals("IEND")) {
                break;
            } else if (chunk.type().equals("PLTE") && data == null) {
                palette = content(file, chunk);
            } else if (chunk.type().equals("tRNS")) {
                transparent = content(file, chunk);
            } else if (chunk.type().equals("IDAT") && data == null) {
                data = chunk;
            }
            at = chunk.from() + chunk.length() + 4;
        }
        if (data == null) {
            throw new IOException("it has no pixels");
        }
        Canvas canvas = new Canvas(header.size());
        Pixels pixels = new Pixels(header, palette, transparent, canvas);
        try (Rows rows = new Rows(file, data)) {
            for (int[] pass : header.interlaced() ? PASSES : ONE_PASS) {
                pass(rows, header, pass, pixels);
            }
        }
        return canvas.image();
    }

    private static Header header(byte[] front, int bytes) throws IOException {
        if (front.length < HEADER_END) {
            throw new IOException("its header is cut short");
        }
        Chunk first = chunk(front, PngEncoder.SIGNATURE.length);
        if (!first.type().equals("IHDR") || first.length() != 13) {
            throw new IOException("it does not begin with a header");
        }
        ByteBuffer in = ByteBuffer.wrap(content(front, first));
        long width = Integer.toUnsignedLong(in.getInt());
        long height = Integer.toUnsignedLong(in.getInt());
        int bits = in.get();
        int colours = in.get();
        int compression = in.get();
        int filters = in.get();
        boolean interlaced = in.get() != 0;
        boolean allowed =
                switch (colours) {
                    case GREY -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
                    case PALETTE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
                    case RGB, GREY_ALPHA, RGB_ALPHA -> bits == 8 || bits == 16;
                    default -> false;
                };
        if (!allowed || compression != 0 || filters != 0) {
            throw new IOException("its header names a colour type " + colours + " of " + bits
                    + " bits, or a compression, that PNG does not have");
        }
        Header header = new Header(new ImageSize(1, 1), bits, colours, interlaced);
        double bitsPerPixel = header.channels() * bits;
        ImageSize size = Headers.size(width, height, MOST_INFLATED * 8 / bitsPerPixel, bytes);
        return new Header(size, bits, colours, interlaced);
    }

    private static Chunk chunk(byte[] file, int at) throws IOException {
        long length = Integer.toUnsignedLong(ByteBuffer.wrap(file).getInt(at));
        String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
        if (length > LONGEST_CHUNK || length > file.length - at - 12L) {
            // A last chunk of pixels may hold them all the same.
            if (type.equals("IDAT")) {
                return new Chunk(type, at + 8, file.length - at - 8);
            }
            throw new IOException("its chunk at byte " + at + " is longer than the file");
        }
        return new Chunk(type, at + 8, (int) length);
    }

    private static byte[] content(byte[] file, Chunk chunk) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(file, chunk.from() - 4, chunk.length() + 4);
        if ((int) crc.getValue() != ByteBuffer.wrap(file).getInt(chunk.from() + chunk.length())) {
            throw new IOException("its chunk " + chunk.type() + " has another checksum than it says");
        }
        return Arrays.copyOfRange(file, chunk.from(), chunk.from() + chunk.length());
    }

    private static void pass(Rows rows, Header header, int[] pass, Pixels pixels) throws IOException {
        int columns = (header.size().width() - pass[0] + pass[2] - 1) / pass[2];
        int lines = (header.size().height() - pass[1] + pass[3] - 1) / pass[3];
        if (columns < 1 || lines < 1) {
            return;
        }
        int step = Math.max(1, header.channels() * header.bits() / 8);
        byte[] before = new byte[header.rowBytes(columns)];
        byte[] row = new byte[before.length];
        for (int line = 0; line < lines; line++) {
            rows.next(row, before, step);
            int y = pass[1] + line * pass[3];
            for (int i = 0; i < columns; i++) {
                pixels.paint(row, i, pass[0] + i * pass[2], y);
            }
            byte[] done = row;
            row = before;
            before = done;
        }
    }

    /** Inflated rows without their filters, from the first of consecutive chunks of pixels on. */
    private static final class Rows implements AutoCloseable {
        private final byte[] file;
        private final Inflater inflater = new Inflater();
        /** Inflated bytes that are not taken yet: rows may be many and short, and a call of the inflater is dear. */
        private final byte[] inflated = new byte[INFLATED_AT_ONCE];

        private final byte[] filter = new byte[1];
        private int taken;
        private int filled;
        private Chunk chunk;

        Rows(byte[] file, Chunk first) {
            this.file = file;
            chunk = first;
            inflater.setInput(file, first.from(), first.length());
        }

        /** The next row. @param step bytes of a pixel, at least 1 */
        void next(byte[] row, byte[] before, int step) throws IOException {
            fill(filter);
            fill(row);
            if (filter[0] < 0 || filter[0] > 4) {
                throw new IOException("a row has the filter " + filter[0] + ", which PNG does not have");
            }
            for (int i = 0; i < row.length && filter[0] != 0; i++) {
                int left = i < step ? 0 : row[i - step] & 255;
                int upLeft = i < step ? 0 : before[i - step] & 255;
                row[i] = (byte) (row[i] + PngEncoder.predict(filter[0], left, before[i] & 255, upLeft));
            }
        }

        private void fill(byte[] bytes) throws IOException {
            for (int at = 0; at < bytes.length; ) {
                if (taken == filled) {
                    inflate();
                }
                int count = Math.min(bytes.length - at, filled - taken);
                System.arraycopy(inflated, taken, bytes, at, count);
                taken += count;
                at += count;
            }
        }

        private void inflate() throws IOException {
            taken = 0;
            filled = 0;
            try {
                while (filled == 0) {
                    filled = inflater.inflate(inflated, 0, inflated.length);
                    if (filled == 0 && (inflater.finished() || inflater.needsDictionary() || !moreInput())) {
                        throw new IOException("its pixels end early");
                    }
                }
            } catch (DataFormatException e) {
                throw new IOException("its pixels cannot be inflated", e);
            }
        }

        private boolean moreInput() throws IOException {
            while (inflater.getRemaining() == 0) {
                int at = chunk.from() + chunk.length() + 4;
                if (file.length - at < 12) {
                    return false;
                }
                chunk = chunk(file, at);
                if (!chunk.type().equals("IDAT")) {
                    return false;
                }
                inflater.setInput(file, chunk.from(), chunk.length());
            }
            return true;
        }

        @Override
        public void close() {
            inflater.end();
        }
    }

    /** Turns samples into colours, as Pillow's modes 1, L, I;16, P, LA, RGB and RGBA do. */
    private static final class Pixels {
        private final Header header;
        private final Palette palette;
        private final int[] transparent;
        private final Canvas canvas;

        Pixels(Header header, byte[] colours, byte[] transparent, Canvas canvas) throws IOException {
            this.header = header;
            this.canvas = canvas;
            palette = Palette.ofRgb(colours);
            this.transparent = transparentLevels(header, transparent);
            for (int i = 0; i < transparent.length && header.colours() == PALETTE; i++) {
                palette.alpha(i, transparent[i] & 255);
            }
        }

        /** The levels, cut to 8 bits, of the one colour that is transparent; none where there is none. */
        private static int[] transparentLevels(Header header, byte[] chunk) throws IOException {
            if (chunk.length == 0 || (header.colours() != GREY && header.colours() != RGB)) {
                return new int[0];
            }
            if (chunk.length < 2 * header.channels()) {
                throw new IOException("its transparent colour is cut short");
            }
            int[] levels = new int[header.channels()];
            for (int i = 0; i < levels.length; i++) {
                levels[i] = chunk[2 * i + 1] & 255;
            }
            if (header.bits() == 1) {
                levels[0] = chunk[0] != 0 || chunk[1] != 0 ? 255 : 0;
            }
            return levels;
        }

        void paint(byte[] row, int i, int x, int y) {
            int from = i * header.channels();
            switch (header.colours()) {
                case GREY -> grey(row, i, x, y);
                case PALETTE -> palette.paint(canvas, x, y, sample(row, i));
                case GREY_ALPHA -> {
                    int level = sample(row, from);
                    canvas.set(x, y, level, level, level, sample(row, from + 1));
                }
                case RGB -> rgb(sample(row, from), sample(row, from + 1), sample(row, from + 2), x, y);
                default ->
                    canvas.set(
                            x,
                            y,
                            sample(row, from),
                            sample(row, from + 1),
                            sample(row, from + 2),
                            sample(row, from + 3));
            }
        }

        private void grey(byte[] row, int i, int x, int y) {
            int level =
                    switch (header.bits()) {
                        case 1 -> 255 * sample(row, i);
                        case 2 -> 85 * sample(row, i);
                        case 4 -> 17 * sample(row, i);
                        case 8 -> sample(row, i);
                        // Not scaled: Pillow's conversion clips, and so do all pipelines that begin with it.
                        default -> row[2 * i] == 0 ? row[2 * i + 1] & 255 : 255;
                    };
            canvas.set(x, y, level, level, level, transparent.length > 0 && transparent[0] == level ? 0 : 255);
        }

        private void rgb(int red, int green, int blue, int x, int y) {
            boolean clear = transparent.length > 0
                    && red == transparent[0]
                    && green == transparent[1]
                    && blue == transparent[2];
            canvas.set(x, y, red, green, blue, clear ? 0 : 255);
        }

        /** A sample of a row: up to 8 bits as they are, of 16 the upper 8. */
        private int sample(byte[] row, int i) {
            return switch (header.bits()) {
                case 8 -> row[i] & 255;
                case 16 -> row[2 * i] & 255;
                default -> {
                    int bit = i * header.bits();
                    yield (row[bit >> 3] & 255) >> (8 - header.bits() - (bit & 7)) & ((1 << header.bits()) - 1);
                }
            };
        }
    }
}
