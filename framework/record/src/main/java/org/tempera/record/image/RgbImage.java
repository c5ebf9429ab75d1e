package org.tempera.record.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.base.image.JpegEncoder;
import org.tempera.spi.HostTensor;

/**
 * A picture of 8-bit RGB: rows from the top, pixels from the left, three bytes a pixel.
 *
 * <p>A float x in [0,1] becomes the byte floor(255 clamp(x, 0, 1) + 1/2): nearest, halves up; NaN becomes 0. A byte b
 * becomes the float b / 255.
 */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] rgb;

    private RgbImage(int width, int height, byte[] rgb) {
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /** A picture of these bytes, {@code [height, width, 3]} in row-major order; copied. */
    public static RgbImage of(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || rgb.length != Math.multiplyExact(3, Math.multiplyExact(width, height))) {
            throw new IllegalArgumentException("a picture of " + width + "x" + height + " must have "
                    + 3L * width * height + " bytes, found " + rgb.length);
        }
        return new RgbImage(width, height, rgb.clone());
    }

    /** A picture of these bytes, not copied: for decoders within this package. */
    static RgbImage owning(int width, int height, byte[] rgb) {
        return new RgbImage(width, height, rgb);
    }

    /** The 8-bit picture of one image of a batch. @param images {@code [batch, height, width, 3]}, RGB in [0,1] */
    public static RgbImage of(HostTensor images, int index) {
        if (images.rank() != 4 || images.size(3) != 3) {
            throw new IllegalArgumentException("expected images [batch, height, width, 3], found " + images);
        }
        int height = images.size(1);
        int width = images.size(2);
        byte[] rgb = new byte[height * width * 3];
        int from = Math.multiplyExact(index, rgb.length);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) toByte(images.get(from + i));
        }
        return new RgbImage(width, height, rgb);
    }

    /** The byte, 0 to 255, of a colour in [0,1]: nearest, halves up; values outside are clamped, NaN becomes 0. */
    public static int toByte(float x) {
        double clamped = x >= 0 ? Math.min((double) x, 1.0) : 0.0;
        return (int) Math.floor(clamped * 255.0 + 0.5);
    }

    /** A picture of an AWT image of 8-bit RGB, such as a sheet that was drawn on. */
    static RgbImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        int[] row = new int[width];
        for (int y = 0, at = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int argb : row) {
                for (int shift = 16; shift >= 0; shift -= 8) {
                    rgb[at++] = (byte) (argb >>> shift);
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** This picture as an AWT image, for drawing. */
    BufferedImage toBufferedImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, get(x, y, 0) << 16 | get(x, y, 1) << 8 | get(x, y, 2));
            }
        }
        return image;
    }

    /** This picture as the bytes of a PNG file; {@link PngFiles} writes files with notes. */
    public byte[] toPng() {
        return PngFiles.encode(this, Map.of());
    }

    /** This picture as the bytes of a JPEG file. @param quality libjpeg's, 1 to 100 */
    public byte[] toJpeg(int quality) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            JpegEncoder.write(bytes, rgb, width, height, quality);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    /**
     * This picture made smaller, each pixel the mean of the area that it stands for.
     *
     * @throws IllegalArgumentException if it is to be larger than this one
     */
    public RgbImage shrunk(int columns, int rows) {
        if (columns < 1 || rows < 1 || columns > width || rows > height) {
            throw new IllegalArgumentException("cannot shrink " + this + " to " + columns + "x" + rows);
        }
        byte[] small = new byte[3 * columns * rows];
        for (int y = 0, to = 0; y < rows; y++) {
            double top = (double) y * height / rows;
            double bottom = (double) (y + 1) * height / rows;
            for (int x = 0; x < columns; x++) {
                double left = (double) x * width / columns;
                double right = (double) (x + 1) * width / columns;
                for (int channel = 0; channel < 3; channel++) {
                    small[to++] = (byte) Math.floor(mean(left, right, top, bottom, channel) + 0.5);
                }
            }
        }
        return new RgbImage(columns, rows, small);
    }

    /** The mean of a channel over an area. */
    private double mean(double left, double right, double top, double bottom, int channel) {
        double sum = 0;
        for (int y = (int) top; y < Math.min(height, Math.ceil(bottom)); y++) {
            double high = Math.min(bottom, y + 1) - Math.max(top, y);
            for (int x = (int) left; x < Math.min(width, Math.ceil(right)); x++) {
                sum += high * (Math.min(right, x + 1) - Math.max(left, x)) * get(x, y, channel);
            }
        }
        return sum / ((right - left) * (bottom - top));
    }

    /**
     * Pictures of one size laid out without borders.
     *
     * @param rows of equally many pictures, from above
     */
    public static RgbImage mosaic(List<List<RgbImage>> rows) {
        ImageSize size = rows.get(0).get(0).size();
        int columns = rows.get(0).size();
        int stride = Math.multiplyExact(3 * columns, size.width());
        byte[] all = new byte[Math.multiplyExact(stride, rows.size() * size.height())];
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < columns; column++) {
                RgbImage picture = rows.get(row).get(column);
                if (!picture.size().equals(size)) {
                    throw new IllegalArgumentException(
                            "expected pictures of one size, found " + size + " and " + picture);
                }
                for (int y = 0; y < size.height(); y++) {
                    System.arraycopy(
                            picture.rgb,
                            3 * y * size.width(),
                            all,
                            (row * size.height() + y) * stride + 3 * column * size.width(),
                            3 * size.width());
                }
            }
        }
        return new RgbImage(columns * size.width(), rows.size() * size.height(), all);
    }

    /** This picture as floats: {@code [1, height, width, 3]}, RGB in [0,1]. */
    public HostTensor toTensor() {
        float[] data = new float[rgb.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (rgb[i] & 255) / 255f;
        }
        return HostTensor.of(data, 1, height, width, 3);
    }

    /** The bytes of pictures of one size, {@code [picture, height, width, 3]}; read only. */
    public static byte[] batch(List<RgbImage> pictures) {
        RgbImage first = pictures.get(0);
        if (pictures.size() == 1) {
            return first.rgb;
        }
        byte[] all = new byte[Math.multiplyExact(pictures.size(), first.rgb.length)];
        for (int i = 0; i < pictures.size(); i++) {
            if (!pictures.get(i).size().equals(first.size())) {
                throw new IllegalArgumentException(
                        "expected pictures of one size, found " + first + " and " + pictures.get(i));
            }
            System.arraycopy(pictures.get(i).rgb, 0, all, i * first.rgb.length, first.rgb.length);
        }
        return all;
    }

    /** A part of this picture, whose upper left corner is at (x, y). */
    public RgbImage crop(int x, int y, int columns, int rows) {
        if (x < 0 || y < 0 || columns < 1 || rows < 1 || x > width - columns || y > height - rows) {
            throw new IllegalArgumentException(
                    "no part of " + this + ": " + columns + "x" + rows + " at " + x + ", " + y);
        }
        byte[] part = new byte[3 * columns * rows];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(rgb, 3 * ((y + row) * width + x), part, 3 * columns * row, 3 * columns);
        }
        return new RgbImage(columns, rows, part);
    }

    /** How large it is. */
    public ImageSize size() {
        return new ImageSize(width, height);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** One colour, 0 to 255; channel 0 is red. */
    public int get(int x, int y, int channel) {
        return rgb[(y * width + x) * 3 + channel] & 255;
    }

    /** The bytes {@code [height, width, 3]}, a copy. */
    public byte[] bytes() {
        return rgb.clone();
    }

    /** Not a copy: for readers within this package. */
    byte[] raw() {
        return rgb;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof RgbImage i && width == i.width && height == i.height && Arrays.equals(rgb, i.rgb);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "RgbImage " + width + "x" + height;
    }
}
