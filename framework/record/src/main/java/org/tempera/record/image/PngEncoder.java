package org.tempera.record.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.tempera.base.json.StableOrder;

/**
 * Encodes 8-bit RGB as PNG with text notes (W3C PNG, third edition). Each row takes the filter whose output has the
 * least sum of absolute values, the choice that the standard recommends (12.7).
 */
final class PngEncoder {
    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int PIXEL = 3;
    private static final int FILTERS = 5;

    private PngEncoder() {}

    static byte[] encode(RgbImage image, Map<String, String> notes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(image.width()).putInt(image.height());
        header.put(new byte[] {8, 2, 0, 0, 0}); // 8 bits, RGB, deflate, adaptive filters, not interlaced
        chunk(out, "IHDR", header.array());
        StableOrder.of(notes).forEach((key, value) -> note(out, key, value));
        chunk(out, "IDAT", deflate(filter(image)));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    /** Latin text that tEXt can hold without doubt goes there, anything else to iTXt, which is UTF-8. */
    private static void note(ByteArrayOutputStream out, String key, String value) {
        if (!key.matches("[!-~]([ -~]{0,77}[!-~])?")) {
            throw new IllegalArgumentException(
                    "a PNG keyword must be 1 to 79 printable ASCII characters, found '" + key + "'");
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(key.getBytes(StandardCharsets.ISO_8859_1));
        data.write(0);
        if (value.matches("[\\n -~]*")) {
            data.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
            chunk(out, "tEXt", data.toByteArray());
        } else {
            data.writeBytes(new byte[] {0, 0, 0, 0}); // not compressed, no language, no translated keyword
            data.writeBytes(value.replace("\0", "").getBytes(StandardCharsets.UTF_8));
            chunk(out, "iTXt", data.toByteArray());
        }
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] filter(RgbImage image) {
        byte[] rgb = image.raw();
        int row = image.width() * PIXEL;
        byte[] filtered = new byte[(row + 1) * image.height()];
        byte[][] tried = new byte[FILTERS][row];
        for (int y = 0; y < image.height(); y++) {
            int best = 0;
            long least = Long.MAX_VALUE;
            for (int f = 0; f < FILTERS; f++) {
                long sum = 0;
                for (int i = 0; i < row; i++) {
                    int at = y * row + i;
                    int left = i < PIXEL ? 0 : rgb[at - PIXEL] & 255;
                    int up = y == 0 ? 0 : rgb[at - row] & 255;
                    int upLeft = i < PIXEL || y == 0 ? 0 : rgb[at - row - PIXEL] & 255;
                    byte value = (byte) (rgb[at] - predict(f, left, up, upLeft));
                    tried[f][i] = value;
                    sum += Math.abs(value);
                }
                if (sum < least) {
                    least = sum;
                    best = f;
                }
            }
            filtered[y * (row + 1)] = (byte) best;
            System.arraycopy(tried[best], 0, filtered, y * (row + 1) + 1, row);
        }
        return filtered;
    }

    /** What a filter expects of a byte, from its neighbours. */
    static int predict(int filter, int left, int up, int upLeft) {
        return switch (filter) {
            case 0 -> 0;
            case 1 -> left;
            case 2 -> up;
            case 3 -> (left + up) / 2;
            default -> paeth(left, up, upLeft);
        };
    }

    private static int paeth(int left, int up, int upLeft) {
        int estimate = left + up - upLeft;
        int toLeft = Math.abs(estimate - left);
        int toUp = Math.abs(estimate - up);
        int toUpLeft = Math.abs(estimate - upLeft);
        if (toLeft <= toUp && toLeft <= toUpLeft) {
            return left;
        }
        return toUp <= toUpLeft ? up : upLeft;
    }

    private static byte[] deflate(byte[] data) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION);
        try {
            deflater.setInput(data);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 16];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
