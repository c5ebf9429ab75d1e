package org.tempera.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.tempera.record.image.ImageFiles;

/** How many pixels a picture's file says that it has, read without the reader that is judged by it. */
final class PictureHeader {
    private PictureHeader() {}

    /** The pixels; 0 where it says nothing, or more than are read. */
    static long pixels(byte[] file) {
        try {
            ByteBuffer in = ByteBuffer.wrap(file);
            long pixels =
                    switch (new String(file, 0, Math.min(2, file.length), StandardCharsets.ISO_8859_1)) {
                        case "\u0089P" -> area(in.getInt(16), in.getInt(20));
                        case "GI" -> gif(in.order(ByteOrder.LITTLE_ENDIAN));
                        case "BM" -> bmp(in.order(ByteOrder.LITTLE_ENDIAN));
                        case "\u00ff\u00d8" -> jpeg(in);
                        default -> 0;
                    };
            return pixels > ImageFiles.MAX_PIXELS ? 0 : pixels;
        } catch (IndexOutOfBoundsException e) {
            return 0;
        }
    }

    private static long area(int width, int height) {
        return width < 0 || height < 0 ? 0 : (long) width * height;
    }

    private static long bmp(ByteBuffer in) {
        return in.getInt(14) == 12
                ? area(unsigned(in, 18), unsigned(in, 20))
                : area(in.getInt(18), Math.abs(in.getInt(22)));
    }

    private static long gif(ByteBuffer in) {
        int at = 13 + ((in.get(10) & 128) != 0 ? 3 << ((in.get(10) & 7) + 1) : 0);
        while (in.get(at) != ',') {
            if (in.get(at) != '!') {
                at++;
                continue;
            }
            at += 2;
            while (in.get(at) != 0) {
                at += 1 + (in.get(at) & 255);
            }
            at++;
        }
        return area(
                Math.max(unsigned(in, 6), unsigned(in, at + 1) + unsigned(in, at + 5)),
                Math.max(unsigned(in, 8), unsigned(in, at + 3) + unsigned(in, at + 7)));
    }

    private static long jpeg(ByteBuffer in) {
        int at = 2;
        while (true) {
            int marker = in.get(at + 1) & 255;
            if (in.get(at) != -1 || marker == 0xff) {
                at++;
            } else if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
                at += 2;
            } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                return area(unsigned(in, at + 5), unsigned(in, at + 7));
            } else {
                at += 2 + unsigned(in, at + 2);
            }
        }
    }

    private static int unsigned(ByteBuffer in, int at) {
        return in.getShort(at) & 0xffff;
    }
}
