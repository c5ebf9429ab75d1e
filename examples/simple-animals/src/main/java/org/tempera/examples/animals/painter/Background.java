package org.tempera.examples.animals.painter;

/** The ten places in which animals are shown, with the colours of their sky and ground. */
public enum Background {
    MEADOW("in a meadow", sky(.57, .45, .95, .55, .18, 1), ground(.29, .55, .75, .30, .65, .50)),
    FOREST("in a forest", sky(.40, .30, .70, .33, .25, .80), ground(.30, .55, .42, .10, .50, .30)),
    DESERT("in a desert", sky(.56, .35, .95, .12, .20, 1), ground(.11, .45, .92, .09, .50, .75)),
    SNOW("in the snow", sky(.58, .28, .80, .58, .12, .94), ground(.58, .04, 1, .58, .12, .88)),
    NIGHT("at night", sky(.66, .65, .18, .64, .55, .36), ground(.62, .45, .28, .62, .45, .16)),
    SEA("by the sea", sky(.56, .40, .95, .54, .20, 1), ground(.53, .60, .75, .57, .75, .45)),
    BEACH("on a beach", sky(.54, .45, .95, .50, .25, .98), ground(.12, .28, .95, .11, .35, .82)),
    SUNSET("at sunset", sky(.80, .45, .60, .06, .65, 1), ground(.08, .50, .45, .05, .55, .25)),
    MOUNTAIN("in the mountains", sky(.57, .35, .90, .56, .10, .98), ground(.38, .30, .60, .36, .35, .40)),
    GARDEN("in a garden", sky(.55, .30, .98, .20, .15, .95), ground(.26, .55, .80, .32, .60, .55));

    private final String phrase;
    private final Hsv[] sky;
    private final Hsv[] ground;

    Background(String phrase, Hsv[] sky, Hsv[] ground) {
        this.phrase = phrase;
        this.sky = sky;
        this.ground = ground;
    }

    /** How captions name this place: "in the snow". */
    public String phrase() {
        return phrase;
    }

    /** Sky at the top, sky at the horizon, ground at the horizon, ground at the bottom. */
    Hsv[] bands() {
        return new Hsv[] {sky[0], sky[1], ground[0], ground[1]};
    }

    private static Hsv[] sky(double h0, double s0, double v0, double h1, double s1, double v1) {
        return new Hsv[] {new Hsv(h0, s0, v0), new Hsv(h1, s1, v1)};
    }

    private static Hsv[] ground(double h0, double s0, double v0, double h1, double s1, double v1) {
        return sky(h0, s0, v0, h1, s1, v1);
    }
}
