package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.WHITE;

/** What stands in a background besides sky and ground; coordinates from -1 (left, top) to 1 over the whole picture. */
final class Scenery {
    private static final double[] FLOWER_HUES = {.0, .13, .85, .95};

    private Scenery() {}

    /** Sky at the top, sky at the horizon, ground at the horizon, ground at the bottom. */
    static Hsv[] bands(Background background) {
        return switch (background) {
            case MEADOW -> bands(.57, .45, .95, .55, .18, 1, .29, .55, .75, .30, .65, .50);
            case FOREST -> bands(.40, .30, .70, .33, .25, .80, .30, .55, .42, .10, .50, .30);
            case DESERT -> bands(.56, .35, .95, .12, .20, 1, .11, .45, .92, .09, .50, .75);
            case SNOW -> bands(.58, .28, .80, .58, .12, .94, .58, .04, 1, .58, .12, .88);
            case NIGHT -> bands(.66, .65, .18, .64, .55, .36, .62, .45, .28, .62, .45, .16);
            case SEA -> bands(.56, .40, .95, .54, .20, 1, .53, .60, .75, .57, .75, .45);
            case BEACH -> bands(.54, .45, .95, .50, .25, .98, .12, .28, .95, .11, .35, .82);
            case SUNSET -> bands(.80, .45, .60, .06, .65, 1, .08, .50, .45, .05, .55, .25);
            case MOUNTAIN -> bands(.57, .35, .90, .56, .10, .98, .38, .30, .60, .36, .35, .40);
            case GARDEN -> bands(.55, .30, .98, .20, .15, .95, .26, .55, .80, .32, .60, .55);
        };
    }

    private static Hsv[] bands(double... hsv) {
        Hsv[] bands = new Hsv[hsv.length / 3];
        for (int k = 0; k < bands.length; k++) {
            bands[k] = new Hsv(hsv[3 * k], hsv[3 * k + 1], hsv[3 * k + 2]);
        }
        return bands;
    }

    /** What the ground hides in part: a sun that sets. */
    static void drawBehindGround(Sketch s, Background background, double horizon, double sunX) {
        if (background == Background.SUNSET) {
            s.ellipse(sunX * .6, horizon - .05, .28, .28, new Hsv(.11, .6, 1));
        }
    }

    /** Everything else that belongs to the place. */
    static void draw(Sketch s, Background background, double horizon, double sunX, PaintRandom random) {
        switch (background) {
            case MEADOW -> {
                sun(s, sunX, random);
                flowers(s, 4, horizon, random);
            }
            case GARDEN -> {
                sun(s, sunX, random);
                flowers(s, 12, horizon, random);
            }
            case FOREST -> {
                for (int k = 0; k < 6; k++) {
                    double x = -.9 + .36 * k + random.uniform(-.1, .1);
                    s.line(.07, new Hsv(.07, .5, .25), x, horizon + .06, x, horizon - .2);
                    s.polygon(new Hsv(.36, .55, .33), x - .22, horizon - .12, x, horizon - .9, x + .22, horizon - .12);
                }
            }
            case DESERT -> {
                sun(s, sunX, random);
                double x = random.sign() * .66;
                Hsv cactus = new Hsv(.35, .5, .45);
                s.line(.09, cactus, x, horizon + .2, x, horizon - .4);
                s.line(.07, cactus, x - .14, horizon - .25, x - .14, horizon - .08, x, horizon - .06);
                s.line(.07, cactus, x + .13, horizon - .18, x + .13, horizon - .02, x, horizon);
            }
            case SNOW -> {
                for (int side = -1; side <= 1; side += 2) {
                    double x = side * .62 + random.uniform(-.15, .15);
                    s.polygon(new Hsv(.42, .3, .5), x - .2, horizon, x, horizon - .6, x + .2, horizon);
                    s.polygon(WHITE, x - .1, horizon - .3, x, horizon - .6, x + .1, horizon - .3);
                }
                for (int k = 0; k < 14; k++) {
                    s.ellipse(random.uniform(-1, 1), random.uniform(-1, 1), .025, .025, WHITE);
                }
            }
            case NIGHT -> {
                double y = -.62;
                s.ellipse(sunX, y, .14, .14, new Hsv(.14, .15, 1));
                for (int k = 0; k < 12; k++) {
                    s.ellipse(random.uniform(-1, 1), random.uniform(-1, horizon - .1), .022, .022, WHITE);
                }
            }
            case SEA -> {
                sun(s, sunX, random);
                for (int wave = 0; wave < 4; wave++) {
                    double[] xy = new double[26];
                    for (int k = 0; k < 13; k++) {
                        xy[2 * k] = -1 + k / 6.0;
                        xy[2 * k + 1] = horizon + .1 + .22 * wave + .02 * Math.sin(9 * xy[2 * k] + wave);
                    }
                    s.line(.025, new Hsv(.53, .25, .95), xy);
                }
            }
            case BEACH -> {
                sun(s, sunX, random);
                s.polygon(new Hsv(.52, .55, .8), -1.1, horizon, 1.1, horizon, 1.1, horizon + .16, -1.1, horizon + .16);
            }
            case SUNSET -> {}
            case MOUNTAIN -> {
                for (int k = -1; k <= 1; k++) {
                    double x = k * .68 + random.uniform(-.2, .2);
                    double top = horizon - random.uniform(.5, .9);
                    double slope = .6 / (horizon - top);
                    s.polygon(new Hsv(.6, .2, .55), x - .6, horizon, x, top, x + .6, horizon);
                    s.polygon(WHITE, x - .2 * slope, top + .2, x, top, x + .2 * slope, top + .2);
                }
            }
        }
    }

    private static void sun(Sketch s, double x, PaintRandom random) {
        s.ellipse(x, -.64 + random.uniform(-.05, .1), .13, .13, new Hsv(.14, .45, 1));
    }

    private static void flowers(Sketch s, int count, double horizon, PaintRandom random) {
        for (int k = 0; k < count; k++) {
            double x = random.uniform(-1, 1);
            double y = random.uniform(horizon + .1, 1);
            s.ellipse(x, y, .05, .05, new Hsv(FLOWER_HUES[random.index(FLOWER_HUES.length)], .6, .95));
        }
    }
}
