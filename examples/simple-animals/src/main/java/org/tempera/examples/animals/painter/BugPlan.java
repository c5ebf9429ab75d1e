package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.BLACK;
import static org.tempera.examples.animals.painter.Hsv.RED;
import static org.tempera.examples.animals.painter.Hsv.WHITE;
import static org.tempera.examples.animals.painter.Hsv.YELLOW;

/** An insect or spider seen from above. */
record BugPlan(Hsv mainColour, Kind kind) implements BodyPlan {
    enum Kind {
        SPIDER,
        BEETLE,
        ANT,
        BUTTERFLY,
        BEE,
        FLY
    }

    @Override
    public boolean castsShadow() {
        return false;
    }

    @Override
    public void draw(Sketch s, PaintRandom pose) {
        double twitch = pose.uniform(-.02, .02);
        switch (kind) {
            case SPIDER -> drawSpider(s, twitch);
            case BEETLE -> drawBeetle(s, twitch);
            case ANT -> drawAnt(s, twitch);
            case BUTTERFLY -> drawButterfly(s, twitch);
            case BEE -> drawBee(s, twitch);
            case FLY -> drawFly(s, twitch);
        }
    }

    /** Jointed legs in pairs around {@code x}: knees at 70 % of the reach, feet spread outwards. */
    private static void legs(Sketch s, int pairs, double x, double reach, double width, Hsv colour, double twitch) {
        for (int k = 0; k < pairs; k++) {
            double lean = k - (pairs - 1) / 2.0;
            double root = x + lean * .10;
            for (int side = -1; side <= 1; side += 2) {
                s.line(
                        width,
                        colour,
                        root,
                        0,
                        root + lean * .15 + side * twitch,
                        side * reach * .70,
                        root + lean * .27,
                        side * reach * 1.15);
            }
        }
    }

    private void drawSpider(Sketch s, double twitch) {
        legs(s, 4, .10, .46, .05, mainColour.shaded(.9), twitch);
        s.ellipse(-.16, 0, .28, .24, mainColour);
        s.ellipse(.22, 0, .16, .15, mainColour.shaded(1.4));
        s.beginDetails();
        s.polygon(RED, -.26, -.08, -.16, 0, -.26, .08);
        s.polygon(RED, -.06, -.08, -.16, 0, -.06, .08);
        s.eye(.30, -.06, .035);
        s.eye(.30, .06, .035);
        s.endDetails();
    }

    private void drawBeetle(Sketch s, double twitch) {
        legs(s, 3, .02, .36, .055, BLACK, twitch);
        for (int side = -1; side <= 1; side += 2) {
            s.curve(.035, BLACK, .48, side * .06, .62, side * .08, .64, side * .22);
        }
        s.ellipse(.44, 0, .13, .15, BLACK);
        s.ellipse(.26, 0, .16, .22, mainColour.shaded(.6));
        s.ellipse(-.10, 0, .38, .29, mainColour);
        s.beginDetails();
        s.ellipse(-.10, -.15, .22, .06, -6, new Hsv(mainColour.hue(), .3, 1));
        s.line(.035, BLACK, -.46, 0, .22, 0);
        s.eye(.50, -.08, .03);
        s.eye(.50, .08, .03);
        s.endDetails();
    }

    private void drawAnt(Sketch s, double twitch) {
        legs(s, 3, .0, .36, .045, mainColour.shaded(.75), twitch);
        for (int side = -1; side <= 1; side += 2) {
            s.line(.04, mainColour.shaded(.75), .40, side * .05, .52, side * .20, .68, side * .20);
        }
        s.ellipse(-.40, 0, .25, .18, mainColour);
        s.ellipse(-.02, 0, .16, .11, mainColour.shaded(1.15));
        s.ellipse(.32, 0, .18, .16, mainColour);
        s.beginDetails();
        s.ellipse(-.42, -.07, .12, .04, mainColour.shaded(1.9));
        s.eye(.38, -.08, .035);
        s.eye(.38, .08, .035);
        s.endDetails();
    }

    private void drawButterfly(Sketch s, double twitch) {
        Hsv lower = mainColour.plus(.10, 0, .05);
        for (int side = -1; side <= 1; side += 2) {
            s.ellipse(side * (.30 + twitch), .20, .22, .23, side * 30, lower);
            s.ellipse(side * (.36 + twitch), -.18, .36, .26, side * -35, mainColour);
            s.line(.03, BLACK, side * .02, -.30, side * .14, -.56);
            s.ellipse(side * .14, -.56, .035, .035, BLACK);
        }
        s.beginDetails();
        for (int side = -1; side <= 1; side += 2) {
            s.ellipse(side * (.44 + twitch), -.26, .13, .11, side * -35, YELLOW);
            s.ellipse(side * (.34 + twitch), .22, .09, .09, WHITE);
        }
        s.endDetails();
        s.ellipse(0, -.02, .06, .34, BLACK);
        s.ellipse(0, -.32, .08, .08, BLACK);
    }

    private void drawBee(Sketch s, double twitch) {
        Hsv wing = new Hsv(.55, .14, 1);
        s.polygon(BLACK, -.46, -.06, -.62, .02, -.46, .08);
        for (int k = 0; k < 3; k++) {
            s.line(.035, BLACK, -.12 + .14 * k, .20, -.14 + .15 * k, .38);
        }
        s.ellipse(-.16, -.34, .14, .28, -25 + 100 * twitch, wing.shaded(.88));
        s.ellipse(.06, -.36, .15, .30, 12 + 100 * twitch, wing);
        for (int side = 0; side < 2; side++) {
            s.curve(.035, BLACK, .44, -.12, .50, -.30, .56 + .1 * side, -.30 + .06 * side);
        }
        s.ellipse(-.08, .02, .42, .26, mainColour);
        s.ellipse(.40, .0, .17, .17, BLACK);
        s.beginDetails();
        for (int k = 0; k < 3; k++) {
            double x = -.34 + .22 * k;
            double half = .25 * Math.sqrt(1 - (x + .08) * (x + .08) / (.42 * .42));
            s.line(.09, BLACK, x, .02 - half * .86, x, .02 + half * .86);
        }
        s.eye(.44, -.04, .05);
        s.endDetails();
    }

    private void drawFly(Sketch s, double twitch) {
        legs(s, 3, .06, .34, .035, BLACK, twitch);
        s.ellipse(-.14, 0, .28, .18, mainColour.plus(.05, .1, .05));
        for (int side = -1; side <= 1; side += 2) {
            s.ellipse(-.26, side * .22, .36, .13, side * -24 + 60 * twitch, new Hsv(.55, .10, .93));
        }
        s.beginDetails();
        for (int side = -1; side <= 1; side += 2) {
            s.line(.018, Hsv.GREY, .0, side * .10, -.50, side * .30);
        }
        s.endDetails();
        s.ellipse(.14, 0, .18, .17, mainColour);
        s.ellipse(.36, 0, .12, .13, BLACK);
        s.ellipse(.39, -.12, .12, .10, 30, RED);
        s.ellipse(.39, .12, .12, .10, -30, RED);
    }
}
