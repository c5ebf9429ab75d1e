package org.tempera.examples.animals.painter;

/** The ten places in which animals are shown. */
public enum Background {
    MEADOW("in a meadow"),
    FOREST("in a forest"),
    DESERT("in a desert"),
    SNOW("in the snow"),
    NIGHT("at night"),
    SEA("by the sea"),
    BEACH("on a beach"),
    SUNSET("at sunset"),
    MOUNTAIN("in the mountains"),
    GARDEN("in a garden");

    private final String phrase;

    Background(String phrase) {
        this.phrase = phrase;
    }

    /** How captions name this place: "in the snow". */
    public String phrase() {
        return phrase;
    }
}
