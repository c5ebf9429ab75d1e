package org.tempera.record.image;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Decodes JPEG of grey, YCbCr and RGB, baseline and progressive. The JDK's reader gives the samples; what their colours
 * are is decided here as libjpeg does for Pillow, and converted with its integers.
 *
 * <p>Levels equal Pillow's where the JDK was built with libjpeg-turbo, as those of Linux distributions are. The older
 * library that other JDKs bring stretches some colours otherwise, so that levels may differ by a few.
 */
final class JpegDecoder implements PictureFormat {
    /**
     * A code takes one bit at least, and so does each block of 8 x 8 samples, of which a scan may send the mean alone.
     */
    private static final double MOST_PIXELS_PER_BYTE = 512;

    /** Programs write about 10 scans, and at most some 20; what is above is written to keep a reader busy. */
    private static final int MOST_SCANS = 100;

    /** So many scans of as many pixels as the file can hold are believed, however little of it each of them takes. */
    private static final int SHORT_SCANS = 16;

    /** Of the largest picture: every scan passes over all its pixels, in native code that nothing interrupts. */
    private static final int SCANS_OF_THE_LARGEST = 24;

    /** Samples go in squares of so many columns and rows, whether the picture fills them or not. */
    private static final int BLOCK = 8;

    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int SCAN = 0xda;
    private static final int FIRST_APPLICATION = 0xe0;
    private static final int LAST_APPLICATION = 0xef;
    private static final int ADOBE = 0xee;
    private static final int COMMENT = 0xfe;

    private static final int SHIFT = 16;
    private static final int HALF = 1 << (SHIFT - 1);
    private static final int RED_OF_CR = fixed(1.40200);
    private static final int BLUE_OF_CB = fixed(1.77200);
    private static final int GREEN_OF_CR = -fixed(0.71414);
    private static final int GREEN_OF_CB = -fixed(0.34414);

    /** How samples become colours. */
    private enum Colours {
        GREY,
        RGB,
        YCBCR
    }

    /** What stands before the pixels. @param scan where they begin, at their marker */
    private record Header(ImageSize size, Colours colours, int scan) {}

    /** What a decoder of someone else's does. */
    @FunctionalInterface
    interface Foreign<T> {
        T run() throws IOException;
    }

    private static int fixed(double x) {
        return (int) (x * (1 << SHIFT) + 0.5);
    }

    @Override
    public boolean begins(byte[] head) {
        return head.length > 2 && (head[0] & 255) == 0xff && (head[1] & 255) == START && (head[2] & 255) == 0xff;
    }

    @Override
    public ImageSize size(byte[] front, int bytes) throws IOException {
        return header(front, bytes, new ByteArrayOutputStream(0)).size();
    }

    @Override
    public boolean looksWhole(byte[] tail) {
        for (int i = tail.length - 2; i >= 0; i--) {
            if ((tail[i] & 255) == 0xff && (tail[i + 1] & 255) == END) {
                return true;
            }
        }
        return false;
    }

    @Override
    public RgbImage decode(byte[] file) throws IOException {
        ByteArrayOutputStream bare = new ByteArrayOutputStream(file.length);
        Header header = header(file, file.length, bare);
        int end = end(file, header.scan());
        requireFewScans(file, header, end);
        bare.write(file, header.scan(), end - header.scan());
        Raster raster = foreign(() -> raster(bare.toByteArray()));
        ImageSize size = header.size();
        int bands = header.colours() == Colours.GREY ? 1 : 3;
        if (raster.getWidth() != size.width()
                || raster.getHeight() != size.height()
                || raster.getNumBands() != bands
                || !(raster.getDataBuffer() instanceof DataBufferByte buffer)
                || !(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
                || !Arrays.equals(model.getBandOffsets(), bands == 1 ? new int[] {0} : new int[] {0, 1, 2})
                || model.getScanlineStride() != size.width() * bands) {
            throw new IOException("its pixels are not what its header says");
        }
        // No copy: the pixels of a picture may be many.
        byte[] samples = buffer.getData();
        switch (header.colours()) {
            case GREY -> samples = threefold(samples);
            case YCBCR -> toRgb(samples);
            case RGB -> {}
        }
        return RgbImage.owning(size.width(), size.height(), samples);
    }

    /**
     * Reads what stands before the pixels.
     *
     * @param front the file, or its beginning
     * @param bytes length of the file
     * @param bare takes what the pixels cannot be decoded without, for the JDK's reader
     */
    private static Header header(byte[] front, int bytes, ByteArrayOutputStream bare) throws IOException {
        boolean jfif = false;
        int adobe = -1;
        int at = 2;
        int frame = -1;
        int frameLength = 0;
        bare.write(front, 0, 2);
        while (true) {
            at = marker(front, at);
            int marker = front[at - 1] & 255;
            if (marker == END) {
                throw new IOException("it has no picture");
            }
            if (standsAlone(marker)) {
                continue;
            }
            int length = segment(front, at);
            if (marker == SCAN) {
                break;
            }
            if (marker == FIRST_APPLICATION && Headers.has(front, at + 2, "JFIF\0")) {
                jfif = true;
            } else if (marker == ADOBE && length >= 14 && Headers.has(front, at + 2, "Adobe")) {
                adobe = front[at + 13] & 255;
            } else if (isFrame(marker) && frame < 0) {
                frame = at + 2;
                frameLength = length - 2;
            }
            boolean describes = (marker >= FIRST_APPLICATION && marker <= LAST_APPLICATION) || marker == COMMENT;
            if (!describes) {
                bare.write(front, at - 2, length + 2);
            }
            at += length;
        }
        if (frame < 0 || frameLength < 6) {
            throw new IOException("it has no header of a picture");
        }
        return header(front, bytes, frame, frameLength, jfif, adobe, at - 2);
    }

    private static Header header(byte[] front, int bytes, int frame, int frameLength, boolean jfif, int adobe, int scan)
            throws IOException {
        int bits = front[frame];
        int height = unsigned(front, frame + 1);
        int width = unsigned(front, frame + 3);
        int components = front[frame + 5] & 255;
        if (components == 4) {
            // Programs do not agree on what its colours are.
            throw new UnsupportedPictureException("expected RGB or grey, found CMYK. Convert it to RGB.");
        }
        if (bits != 8 || (components != 1 && components != 3)) {
            throw new UnsupportedPictureException("expected RGB or grey of 8 bits, found " + components
                    + " channels of " + bits + " bits. Convert it to RGB.");
        }
        if (frameLength < 6 + 3 * components) {
            throw new IOException("its header is cut short");
        }
        ImageSize size = Headers.size(width, height, MOST_PIXELS_PER_BYTE, bytes);
        if (components == 1) {
            return new Header(size, Colours.GREY, scan);
        }
        boolean named = front[frame + 6] == 'R' && front[frame + 9] == 'G' && front[frame + 12] == 'B';
        boolean rgb = !jfif && (adobe >= 0 ? adobe == 0 : named);
        return new Header(size, rgb ? Colours.RGB : Colours.YCBCR, scan);
    }

    /** The place after the picture's end; the JDK's reader is not shown what follows it. */
    private static int end(byte[] file, int scan) {
        int at = scan;
        while (at + 1 < file.length) {
            int marker = file[at + 1] & 255;
            if ((file[at] & 255) != 0xff || marker == 0xff) {
                at++;
            } else if (marker == END) {
                return at + 2;
            } else if (marker == 0 || standsAlone(marker)) {
                at += 2;
            } else {
                at += 2 + (at + 4 <= file.length ? unsigned(file, at + 2) : 0);
            }
        }
        return file.length;
    }

    /**
     * Refuses scans that take much longer than their bytes are worth. All that may begin one is counted, also where it
     * lies in another segment: no file can hide its scans that way.
     */
    private static void requireFewScans(byte[] file, Header header, int end) throws IOException {
        long scans = 0;
        for (int i = header.scan(); i + 1 < end; i++) {
            if ((file[i] & 255) == 0xff && (file[i + 1] & 255) == SCAN) {
                scans++;
            }
        }
        ImageSize size = header.size();
        long passed =
                scans * ((size.width() + BLOCK - 1) / BLOCK) * ((size.height() + BLOCK - 1) / BLOCK) * BLOCK * BLOCK;
        double worth = SHORT_SCANS * Headers.believed(MOST_PIXELS_PER_BYTE, file.length);
        if (scans > MOST_SCANS
                || (scans > SHORT_SCANS && passed > worth)
                || passed > SCANS_OF_THE_LARGEST * ImageFiles.MAX_PIXELS) {
            throw new UnsupportedPictureException("expected a progressive JPEG of some 10 scans, found " + scans
                    + " of " + size + " pixels in " + file.length + " bytes. Save it anew.");
        }
    }

    /** Length of the segment whose marker ends before {@code at}. */
    private static int segment(byte[] file, int at) throws IOException {
        int length = at + 2 <= file.length ? unsigned(file, at) : 0;
        if (length < 2 || length > file.length - at) {
            throw new IOException("its segment at byte " + (at - 2) + " is cut short");
        }
        return length;
    }

    /** Whether no segment follows a marker. */
    private static boolean standsAlone(int marker) {
        return marker == 0x01 || (marker >= 0xd0 && marker <= START);
    }

    /** The place after the next marker, whose code is the byte before it. */
    private static int marker(byte[] file, int from) throws IOException {
        int at = from;
        while (at < file.length && (file[at] & 255) != 0xff) {
            at++;
        }
        while (at < file.length && (file[at] & 255) == 0xff) {
            at++;
        }
        if (at >= file.length) {
            throw new IOException("it ends before its pixels");
        }
        return at + 1;
    }

    private static int unsigned(byte[] file, int at) {
        return (file[at] & 255) << 8 | (file[at + 1] & 255);
    }

    /** Whether a marker begins the description of the samples. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    /** Runs the JDK's decoder, whose ways of failing are its own. */
    static <T> T foreign(Foreign<T> decoder) throws IOException {
        try {
            return decoder.run();
        } catch (LinkageError e) {
            throw new UnsupportedPictureException("this Java cannot read JPEG, for it lacks its library (" + why(e)
                    + "). Install a whole JDK or JRE, not a cut one, or save the picture as PNG.");
        } catch (RuntimeException | InternalError | StackOverflowError e) {
            throw new IOException(why(e), e);
        }
    }

    private static String why(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static Raster raster(byte[] bare) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        if (!readers.hasNext()) {
            throw new UnsupportedPictureException("this Java cannot read JPEG. Use one with the module java.desktop.");
        }
        ImageReader reader = readers.next();
        try (Source source = new Source(bare)) {
            reader.setInput(source, true, true);
            // As a raster: the JDK's own conversion guesses what the colours are, and guesses otherwise than libjpeg.
            Raster raster = reader.readRaster(0, null);
            if (source.asked) {
                throw new IOException("its pixels end early");
            }
            return raster;
        } finally {
            reader.dispose();
        }
    }

    private static byte[] threefold(byte[] grey) {
        byte[] rgb = new byte[Math.multiplyExact(3, grey.length)];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = grey[i / 3];
        }
        return rgb;
    }

    /** JFIF's conversion in integers, in place. */
    private static void toRgb(byte[] samples) {
        for (int i = 0; i < samples.length; i += 3) {
            int y = samples[i] & 255;
            int cb = (samples[i + 1] & 255) - 128;
            int cr = (samples[i + 2] & 255) - 128;
            samples[i] = clamp(y + ((RED_OF_CR * cr + HALF) >> SHIFT));
            samples[i + 1] = clamp(y + ((GREEN_OF_CB * cb + GREEN_OF_CR * cr + HALF) >> SHIFT));
            samples[i + 2] = clamp(y + ((BLUE_OF_CB * cb + HALF) >> SHIFT));
        }
    }

    private static byte clamp(int level) {
        return (byte) Math.max(0, Math.min(255, level));
    }

    /** Bytes for the JDK's reader that notes whether it asked for more than there are: it would make up the rest. */
    private static final class Source extends ImageInputStreamImpl {
        private final byte[] bytes;
        private boolean asked;

        Source(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            checkClosed();
            bitOffset = 0;
            if (streamPos >= bytes.length) {
                asked |= length > 0;
                return -1;
            }
            int count = (int) Math.min(length, bytes.length - streamPos);
            System.arraycopy(bytes, (int) streamPos, into, from, count);
            streamPos += count;
            return count;
        }

        @Override
        public long length() {
            return bytes.length;
        }
    }
}
