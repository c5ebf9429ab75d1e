package org.tempera.core.image;

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
 * Decodes JPEG of grey, YCbCr and RGB, baseline and progressive. The JDK's reader gives the samples; what their colours are
 * is decided here as libjpeg does for Pillow, and converted with its integers.
 *
 * <p>Levels equal Pillow's where the JDK was built with libjpeg-turbo, as those of Linux distributions are. The older
 * library that other JDKs bring stretches some colours otherwise, so that levels may differ by a few.
 */
final class JpegDecoder implements PictureFormat {
    /** A code takes one bit at least, and so does each block of 8 x 8 samples, of which a scan may send the mean alone. */
    private static final double MOST_PIXELS_PER_BYTE = 512;

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

    /** What stands before the pixels. @param bare the file without what only describes it, for the JDK's reader */
    private record Header(ImageSize size, Colours colours, byte[] bare) {}

    private static int fixed(double x) {
        return (int) (x * (1 << SHIFT) + 0.5);
    }

    @Override
    public boolean begins(byte[] head) {
        return head.length > 2 && (head[0] & 255) == 0xff && (head[1] & 255) == START && (head[2] & 255) == 0xff;
    }

    @Override
    public ImageSize size(byte[] file) throws IOException {
        return header(file, false).size();
    }

    @Override
    public boolean looksWhole(byte[] file) {
        for (int i = file.length - 2; i >= 0; i--) {
            if ((file[i] & 255) == 0xff && (file[i + 1] & 255) == END) {
                return true;
            }
        }
        return false;
    }

    @Override
    public RgbImage decode(byte[] file) throws IOException {
        Header header = header(file, true);
        Raster raster = raster(header);
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

    private static Header header(byte[] file, boolean strip) throws IOException {
        ByteArrayOutputStream bare = new ByteArrayOutputStream(strip ? file.length : 0);
        boolean jfif = false;
        int adobe = -1;
        int at = 2;
        int frame = -1;
        int frameLength = 0;
        bare.write(file, 0, strip ? 2 : 0);
        while (true) {
            at = marker(file, at);
            int marker = file[at - 1] & 255;
            if (marker == END) {
                throw new IOException("it has no picture");
            }
            if (marker == 0x01 || (marker >= 0xd0 && marker <= START)) {
                continue; // stands alone
            }
            int length = at + 2 <= file.length ? unsigned(file, at) : 0;
            if (length < 2 || length > file.length - at) {
                throw new IOException("its segment at byte " + (at - 2) + " is cut short");
            }
            if (marker == FIRST_APPLICATION && Headers.has(file, at + 2, "JFIF\0")) {
                jfif = true;
            } else if (marker == ADOBE && length >= 14 && Headers.has(file, at + 2, "Adobe")) {
                adobe = file[at + 13] & 255;
            } else if (isFrame(marker) && frame < 0) {
                frame = at + 2;
                frameLength = length - 2;
            }
            boolean describes = (marker >= FIRST_APPLICATION && marker <= LAST_APPLICATION) || marker == COMMENT;
            if (marker == SCAN) {
                if (strip) {
                    bare.write(file, at - 2, file.length - at + 2);
                }
                break;
            }
            if (strip && !describes) {
                bare.write(file, at - 2, length + 2);
            }
            at += length;
        }
        if (frame < 0 || frameLength < 6) {
            throw new IOException("it has no header of a picture");
        }
        return header(file, frame, frameLength, jfif, adobe, bare.toByteArray());
    }

    private static Header header(byte[] file, int frame, int frameLength, boolean jfif, int adobe, byte[] bare)
            throws IOException {
        int bits = file[frame];
        int height = unsigned(file, frame + 1);
        int width = unsigned(file, frame + 3);
        int components = file[frame + 5] & 255;
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
        ImageSize size = Headers.size(width, height, MOST_PIXELS_PER_BYTE, file.length);
        if (components == 1) {
            return new Header(size, Colours.GREY, bare);
        }
        boolean named = file[frame + 6] == 'R' && file[frame + 9] == 'G' && file[frame + 12] == 'B';
        boolean rgb = !jfif && (adobe >= 0 ? adobe == 0 : named);
        return new Header(size, rgb ? Colours.RGB : Colours.YCBCR, bare);
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

    private static Raster raster(Header header) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        if (!readers.hasNext()) {
            throw new UnsupportedPictureException("this Java cannot read JPEG. Use one with the module java.desktop.");
        }
        ImageReader reader = readers.next();
        try (Source source = new Source(header.bare())) {
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
