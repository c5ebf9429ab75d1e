package org.tempera.base.image;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.tempera.spi.UserException;

/** The size of a picture as a JPEG file of {@link JpegEncoder}. */
public final class JpegSize {
    private JpegSize() {}

    /**
     * The size in bytes.
     *
     * @param rgb {@code [height, width, 3]}
     * @param quality libjpeg's, 1 to 100
     * @throws UserException if a side is longer than a JPEG's may be
     */
    public static long bytes(byte[] rgb, int width, int height, int quality) {
        Counter counter = new Counter();
        try {
            JpegEncoder.write(counter, rgb, width, height, quality);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return counter.bytes;
    }

    private static final class Counter extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int offset, int length) {
            bytes += length;
        }
    }
}
