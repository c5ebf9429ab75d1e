package org.tempera.record.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.text.ByteSize;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * Reads picture files as 8-bit RGB: PNG, JPEG, GIF and BMP.
 *
 * <p>Pixels are what Pillow's {@code convert("RGBA")} gives, laid over white; to the bit, but of JPEG. So grey becomes
 * R = G = B, palettes are looked up, colour profiles, gamma and Exif orientation are passed over, and of an animation
 * the first picture counts. CMYK is refused.
 *
 * <p>The formats are decoded here, since AWT converts colours in ways of its own (grey as if it were linear light), and
 * the JDK's readers believe a header before the file; of JPEG alone the JDK's reader gives the samples.
 */
public final class ImageFiles {
    /** The largest picture that is read: 64 million pixels. */
    public static final long MAX_PIXELS = 1L << 26;

    /** More than any picture of so many pixels takes without compression. */
    private static final int MAX_BYTES = 1 << 30;

    /** Bytes of a file's beginning and end that tell its size. */
    private static final int LOOKED_AT = 1 << 16;

    private static final List<PictureFormat> FORMATS =
            List.of(new PngDecoder(), new JpegDecoder(), new GifDecoder(), new BmpDecoder());

    private ImageFiles() {}

    /**
     * Reads a picture.
     *
     * @throws UserException if there is no such file, it is no picture, it is damaged, too large, or neither RGB nor
     *     grey
     */
    public static RgbImage read(Path file) {
        return guarded(file, () -> {
            byte[] bytes = bytes(file);
            return format(file, bytes).decode(bytes);
        });
    }

    /**
     * The size of a picture by its header, from the file's first bytes and a look at its last; the file is read only
     * where its header is longer, and its pixels are decoded only where it looks cut short.
     *
     * @throws UserException as {@link #read}, but for damage that shows when the pixels are decoded
     */
    public static ImageSize size(Path file) {
        return guarded(file, () -> {
            int length = length(file);
            byte[] front = part(file, 0, Math.min(length, LOOKED_AT));
            PictureFormat format = format(file, front);
            ImageSize size = size(file, format, front, length);
            int tail = Math.min(length, LOOKED_AT);
            if (!format.looksWhole(part(file, length - tail, tail))) {
                format.decode(bytes(file));
            }
            return size;
        });
    }

    /**
     * The size of a JPEG file by its header.
     *
     * @param jpeg the file's bytes
     * @throws IOException if it is none, or damaged there
     */
    public static ImageSize jpegSize(byte[] jpeg) throws IOException {
        JpegDecoder format = new JpegDecoder();
        if (!format.begins(jpeg)) {
            throw new IOException("it is no JPEG");
        }
        try {
            return format.size(jpeg, jpeg.length);
        } catch (BufferUnderflowException e) {
            throw new IOException("it ends early", e);
        }
    }

    private static ImageSize size(Path file, PictureFormat format, byte[] front, int length) throws IOException {
        try {
            return format.size(front, length);
        } catch (UnsupportedPictureException e) {
            throw e;
        } catch (IOException | BufferUnderflowException e) {
            if (front.length == length) {
                throw e;
            }
            byte[] whole = bytes(file); // of a picture with a long profile or thumbnail before its header
            return format.size(whole, whole.length);
        }
    }

    /** What a decoder does. */
    @FunctionalInterface
    interface Decoding<T> {
        T run() throws IOException;
    }

    /**
     * Runs a decoder; the answer names the file. What the file has no part in is thrown on: a fault of a decoder must
     * not be told as one of the picture.
     */
    private static <T> T guarded(Path file, Decoding<T> decoding) {
        try {
            return decoding.run();
        } catch (UserException e) {
            throw e;
        } catch (UnsupportedPictureException e) {
            throw new UserException(file + ": " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new UserException(
                    file + ": the picture does not fit into Java's heap, which may have "
                            + ByteSize.text(Runtime.getRuntime().maxMemory())
                            + ". Make it smaller, or raise the heap, such as with -Xmx8g.",
                    e,
                    List.of(Remedy.jvmOption("-Xmx8g")));
        } catch (IOException | BufferUnderflowException e) {
            throw unreadable(file, e);
        }
    }

    /** The bytes of a regular file that may be a picture. */
    static byte[] bytes(Path file) throws IOException {
        length(file);
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES);
        }
    }

    /** A part of a file; what is missing of it is left out. */
    private static byte[] part(Path file, int from, int length) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(from);
            return in.readNBytes(length);
        }
    }

    /** How long a regular file is that may be a picture. */
    static int length(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": expected a picture, found a folder.");
        }
        if (!Files.exists(file)) {
            throw new UserException(file + ": " + AbsentPath.reason(file, "no such file") + ". Check the path.");
        }
        if (!Files.isReadable(file)) {
            throw new UserException(file + ": cannot be opened for reading. Check its permissions.");
        }
        if (!Files.isRegularFile(file)) {
            throw new UserException(file + ": expected a picture, found a device or pipe. Save it as a file.");
        }
        long length = Files.size(file);
        if (length > MAX_BYTES) {
            throw new UserException(file + ": expected a picture of at most " + ByteSize.text(MAX_BYTES) + ", found "
                    + ByteSize.text(length) + ". Make it smaller.");
        }
        return (int) length;
    }

    private static PictureFormat format(Path file, byte[] bytes) {
        for (PictureFormat format : FORMATS) {
            if (format.begins(bytes)) {
                return format;
            }
        }
        throw new UserException(
                file + ": " + found(bytes) + " Expected PNG, JPEG, GIF or BMP; convert others, such as WebP.");
    }

    /** What a file is that is not read, if it tells. */
    private static String found(byte[] bytes) {
        if (bytes.length == 0) {
            return "is empty.";
        }
        Map<String, String> others = new LinkedHashMap<>();
        others.put("II*\0", "TIFF");
        others.put("MM\0*", "TIFF");
        others.put("II+\0", "TIFF");
        others.put("MM\0+", "TIFF");
        others.put("\0\0\0\fJXL ", "JPEG XL");
        others.put("\u00ff\n", "JPEG XL");
        others.put("\0\0\0\fjP  ", "JPEG 2000");
        others.put("\u00ffO\u00ffQ", "JPEG 2000");
        others.put("8BPS", "a Photoshop file");
        others.put("%PDF", "PDF");
        others.put("\0\0\1\0", "an icon");
        others.put("v/1\1", "OpenEXR");
        others.put("qoif", "QOI");
        for (Map.Entry<String, String> other : others.entrySet()) {
            if (Headers.has(bytes, 0, other.getKey())) {
                return "is " + other.getValue() + ", which is not read.";
            }
        }
        if (Headers.has(bytes, 0, "RIFF") && Headers.has(bytes, 8, "WEBP")) {
            return "is WebP, which is not read.";
        }
        if (Headers.has(bytes, 4, "ftyp")) {
            return "is " + (Headers.has(bytes, 8, "avi") ? "AVIF" : "HEIC or a film") + ", which is not read.";
        }
        // WBMP has no signature; its first two bytes are zero.
        return bytes.length > 3 && bytes[0] == 0 && bytes[1] == 0
                ? "may be WBMP, which is not read."
                : "not a picture that can be read.";
    }

    static UserException unreadable(Path file, Throwable e) {
        String why;
        if (e instanceof NoSuchFileException) {
            why = "no such file";
        } else if (e instanceof BufferUnderflowException) {
            why = "it ends early";
        } else {
            why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
        return new UserException(
                file + ": cannot be read as a picture (" + why + "). The file is damaged or cut short.", e);
    }
}
