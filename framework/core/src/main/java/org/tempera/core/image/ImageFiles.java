package org.tempera.core.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;

/**
 * Reads picture files as 8-bit RGB.
 *
 * <p>PNG, JPEG, GIF and BMP, and what ImageIO plugins on the class path add. Grey becomes R = G = B, 16 bits become 8
 * (nearest), palettes are looked up, transparency is laid over white. Colour profiles and Exif orientation are ignored.
 */
public final class ImageFiles {
    /** The largest picture that is read: 64 million pixels. */
    public static final long MAX_PIXELS = 1L << 26;

    private ImageFiles() {}

    /**
     * Reads a picture.
     *
     * @throws UserException if there is no such file, it is no picture, it is damaged, too large, or neither RGB nor grey
     */
    public static RgbImage read(Path file) {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": expected a picture, found a folder.");
        }
        if (!Files.exists(file)) {
            throw new UserException(file + ": no such file. Check the path.");
        }
        try (@Nullable ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            if (in == null) {
                throw new UserException(file + ": cannot be opened for reading. Check its permissions.");
            }
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new UserException(
                        file
                                + ": not a picture that can be read. Expected PNG, JPEG, GIF or BMP; convert others, such as WebP.");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return read(file, reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static RgbImage read(Path file, ImageReader reader) throws IOException {
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
            throw new UserException(file + ": expected at most " + MAX_PIXELS + " pixels, found " + reader.getWidth(0)
                    + "x" + reader.getHeight(0) + ". Make it smaller.");
        }
        BufferedImage image;
        try {
            image = reader.read(0);
        } catch (IOException | RuntimeException e) {
            if (String.valueOf(e.getMessage()).contains("Unsupported Image Type")) {
                throw new UserException(otherColours(file, "other colours, such as CMYK"), e);
            }
            throw unreadable(file, e);
        }
        int colours = image.getColorModel().getColorSpace().getType();
        if (colours != ColorSpace.TYPE_RGB && colours != ColorSpace.TYPE_GRAY) {
            // The JDK gives CMYK colours that no other program shows.
            throw new UserException(otherColours(file, colours == ColorSpace.TYPE_CMYK ? "CMYK" : "other colours"));
        }
        return isGrey(image) ? grey(image) : RgbImage.of(image);
    }

    private static String otherColours(Path file, String found) {
        return file + ": expected RGB or grey, found " + found + ". Convert it to RGB.";
    }

    private static boolean isGrey(BufferedImage image) {
        ColorModel colours = image.getColorModel();
        return !(colours instanceof IndexColorModel)
                && colours.getNumColorComponents() == 1
                && !colours.hasAlpha()
                && colours.getComponentSize(0) >= 8;
    }

    /** Reads the samples themselves: AWT's own conversion takes grey for linear light and would brighten it. */
    private static RgbImage grey(BufferedImage image) {
        Raster raster = image.getRaster();
        double scale = 255.0 / ((1L << image.getColorModel().getComponentSize(0)) - 1);
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(image.getWidth(), image.getHeight()))];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                byte value = (byte) Math.floor(raster.getSample(x, y, 0) * scale + 0.5);
                rgb[at++] = value;
                rgb[at++] = value;
                rgb[at++] = value;
            }
        }
        return RgbImage.of(image.getWidth(), image.getHeight(), rgb);
    }

    static UserException unreadable(Path file, Exception e) {
        String why = e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
        return new UserException(
                file + ": cannot be read as a picture (" + why + "). The file is damaged or cut short.", e);
    }
}
