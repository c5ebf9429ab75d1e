package org.tempera.record.image;

/**
 * How large a picture is.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 */
public record ImageSize(int width, int height) {
    public ImageSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a picture has at least one pixel, found " + width + "x" + height);
        }
    }

    /** How many pixels. */
    public long pixels() {
        return (long) width * height;
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
