package org.tempera.examples.animals.painter;

/**
 * What is true of a painted picture.
 *
 * @param scene what it was to show, with its quality factors
 * @param scale the animal's size, 1 being the proper one
 * @param offset how far the animal's middle lies from its proper place, as a fraction of the 64-pixel picture's width
 * @param exposure below 0 for a picture made too dark, above 0 for one washed out; its size is 1 - light
 * @param strayShapes the number of stray shapes painted
 */
public record PictureFacts(Scene scene, double scale, double offset, double exposure, int strayShapes) {
    public Animal animal() {
        return scene.animal();
    }

    public Background background() {
        return scene.background();
    }

    public Style style() {
        return scene.style();
    }

    public Quality quality() {
        return scene.quality();
    }
}
