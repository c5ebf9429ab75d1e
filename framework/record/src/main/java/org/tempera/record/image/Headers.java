package org.tempera.record.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What the headers of all formats have in common: they are not believed. */
final class Headers {
    /** So few pixels may be reserved whatever the file's length is. */
    private static final long FREE_PIXELS = 1L << 20;

    private Headers() {}

    /**
     * The size that a header gives, if pictures of that size are read and the file can hold one.
     *
     * @param pixelsPerByte the most pixels that the format can express in a byte of the file
     * @param bytes length of the file
     */
    static ImageSize size(long width, long height, double pixelsPerByte, int bytes) throws IOException {
        if (width < 1 || height < 1) {
            throw new IOException("its header says " + width + "x" + height + " pixels");
        }
        // Neither factor is above 2^32, so the product may wrap around; the quotient does not.
        if (width > ImageFiles.MAX_PIXELS || height > ImageFiles.MAX_PIXELS / width) {
            throw new UnsupportedPictureException("expected at most " + ImageFiles.MAX_PIXELS + " pixels, found "
                    + width + "x" + height + ". Make it smaller.");
        }
        if (width * height > believed(pixelsPerByte, bytes)) {
            throw new IOException("its header says " + width + "x" + height + " pixels, which do not fit into its "
                    + bytes + " bytes");
        }
        return new ImageSize((int) width, (int) height);
    }

    /** The most pixels that a file of so many bytes is believed to have. */
    static double believed(double pixelsPerByte, int bytes) {
        return Math.max(FREE_PIXELS, pixelsPerByte * bytes);
    }

    /** Whether the bytes from {@code at} on are this text in Latin-1. */
    static boolean has(byte[] bytes, int at, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        if (at + wanted.length > bytes.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
