package org.tempera.examples.animals.painter;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * A picture and what is true of it.
 *
 * @param size pixels in each direction
 * @param rgb red, green, blue, row by row: size * size * 3 bytes; not copied, so not to be changed
 * @param facts what is true of it
 */
public record PaintedPicture(int size, byte[] rgb, PictureFacts facts) {
    public PaintedPicture {
        if (rgb.length != size * size * 3) {
            throw new IllegalArgumentException("rgb must have " + size * size * 3 + " bytes, found " + rgb.length);
        }
    }

    /** The picture's true quality in [0,1]. */
    public double quality() {
        return facts.quality().overall();
    }

    /** Values in [0,1], laid out as [height, width, 3]. */
    public float[] toFloats() {
        float[] values = new float[rgb.length];
        writeFloats(values, 0);
        return values;
    }

    /** Writes the values of {@link #toFloats()} into {@code target} from {@code start}. */
    public void writeFloats(float[] target, int start) {
        for (int k = 0; k < rgb.length; k++) {
            target[start + k] = (rgb[k] & 0xff) / 255f;
        }
    }

    /** An image of the same pixels. */
    public BufferedImage toImage() {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        for (int k = 0; k < size * size; k++) {
            int colour = (rgb[3 * k] & 0xff) << 16 | (rgb[3 * k + 1] & 0xff) << 8 | (rgb[3 * k + 2] & 0xff);
            image.setRGB(k % size, k / size, colour);
        }
        return image;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PaintedPicture that
                && size == that.size
                && Arrays.equals(rgb, that.rgb)
                && facts.equals(that.facts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(rgb) + facts.hashCode();
    }

    @Override
    public String toString() {
        return "PaintedPicture[" + size + "x" + size + ", " + facts + "]";
    }
}
