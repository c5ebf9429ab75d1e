package org.tempera.record.image;

/** Pixels that a decoder fills one by one, transparency laid over white. */
final class Canvas {
    private static final int OPAQUE = 255;

    private final ImageSize size;
    private final byte[] rgb;

    Canvas(ImageSize size) {
        this.size = size;
        rgb = new byte[Math.toIntExact(3 * size.pixels())];
    }

    /** Sets an opaque pixel of levels 0 to 255. */
    void set(int x, int y, int red, int green, int blue) {
        int at = 3 * (y * size.width() + x);
        rgb[at] = (byte) red;
        rgb[at + 1] = (byte) green;
        rgb[at + 2] = (byte) blue;
    }

    /** Sets a pixel over white: the nearest level, as Pillow's compositing has it. */
    void set(int x, int y, int red, int green, int blue, int alpha) {
        set(x, y, overWhite(red, alpha), overWhite(green, alpha), overWhite(blue, alpha));
    }

    private static int overWhite(int level, int alpha) {
        return (level * alpha + OPAQUE * (OPAQUE - alpha) + OPAQUE / 2) / OPAQUE;
    }

    RgbImage image() {
        return RgbImage.owning(size.width(), size.height(), rgb);
    }
}
