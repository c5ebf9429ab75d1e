package org.tempera.record.image;

import java.util.Arrays;

/** The colours of a picture's indices; those that the file does not list are black, as in Pillow. */
final class Palette {
    private static final int COLOURS = 256;

    private final byte[] rgb;
    private final int[] alpha = new int[COLOURS];

    private Palette(byte[] rgb) {
        this.rgb = rgb;
        Arrays.fill(alpha, 255);
    }

    /** A palette of red, green, blue, and so on; what is beyond the 256th colour is left out. */
    static Palette ofRgb(byte[] colours) {
        return of(colours, 3, 0, 1, 2);
    }

    /** A palette of records of {@code stride} bytes, the first three of which are blue, green and red. */
    static Palette ofBgr(byte[] colours, int stride) {
        return of(colours, stride, 2, 1, 0);
    }

    /** Every index is its own level of grey. */
    static Palette greys() {
        byte[] rgb = new byte[3 * COLOURS];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3);
        }
        return new Palette(rgb);
    }

    private static Palette of(byte[] colours, int stride, int red, int green, int blue) {
        byte[] rgb = new byte[3 * COLOURS];
        // A colour that is cut short is left out.
        for (int i = 0; i < Math.min(COLOURS, colours.length / stride); i++) {
            rgb[3 * i] = colours[stride * i + red];
            rgb[3 * i + 1] = colours[stride * i + green];
            rgb[3 * i + 2] = colours[stride * i + blue];
        }
        return new Palette(rgb);
    }

    /** Sets an index's opacity, 0 to 255. */
    void alpha(int index, int value) {
        if (index < COLOURS) {
            alpha[index] = value;
        }
    }

    void paint(Canvas canvas, int x, int y, int index) {
        canvas.set(x, y, rgb[3 * index] & 255, rgb[3 * index + 1] & 255, rgb[3 * index + 2] & 255, alpha[index]);
    }
}
