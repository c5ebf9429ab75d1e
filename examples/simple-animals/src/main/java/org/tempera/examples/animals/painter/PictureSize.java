package org.tempera.examples.animals.painter;

/** The sizes in which pictures are made. */
public enum PictureSize {
    /** The whole picture, 64x64. */
    FULL(64, 64),
    /** The middle 52 of the 64 pixels, reduced to 32x32. */
    SMALL(32, 52);

    /** Canvas pixels for each pixel of the full picture. */
    static final int OVERSAMPLING = 4;

    private final int pixels;
    private final int shown;

    PictureSize(int pixels, int shown) {
        this.pixels = pixels;
        this.shown = shown;
    }

    /** Width and height of the picture. */
    public int pixels() {
        return pixels;
    }

    /** Width and height of the canvas that is reduced to the picture. */
    int canvasPixels() {
        return shown * OVERSAMPLING;
    }
}
