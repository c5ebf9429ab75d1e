package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.WHITE;

/** A fish, or a mammal of that shape. */
record FishPlan(Hsv mainColour, double length, double height, Shape shape) implements BodyPlan {
    enum Shape {
        FISH,
        SHARK,
        WHALE,
        DOLPHIN
    }

    @Override
    public boolean castsShadow() {
        return false;
    }

    @Override
    public void draw(Sketch s, PaintRandom pose) {
        double wag = pose.uniform(-.04, .04);
        switch (shape) {
            case FISH -> drawFish(s, wag);
            case SHARK -> drawShark(s, wag);
            case WHALE -> drawWhale(s, wag);
            case DOLPHIN -> drawDolphin(s, wag);
        }
    }

    private void drawFish(Sketch s, double wag) {
        Hsv c = mainColour;
        double l = length;
        double h = height;
        s.polygon(c.shaded(.8), -l * .75, 0, -l - .28, -.30 + wag, -l - .14, wag, -l - .28, .28 + wag);
        s.polygon(c.shaded(.8), -.20, -h * .75, -.10, -h - .18, .20, -h - .06, .24, -h * .7);
        s.polygon(c.shaded(.8), -.10, h * .8, -.14, h + .13, .12, h * .85);
        s.ellipse(0, 0, l, h, c);
        s.beginDetails();
        s.line(.08, WHITE, -.17, -h * .85, -.20, 0, -.17, h * .85);
        s.line(.08, WHITE, .10, -h * .9, .06, 0, .10, h * .9);
        s.polygon(c.shaded(.7), .02, .04, -.16, .16, .0, .18);
        s.line(.025, c.shaded(.4), l * .92, h * .2, l * .75, h * .25);
        s.eye(l * .62, -h * .18, .05);
        s.endDetails();
    }

    private void drawShark(Sketch s, double wag) {
        Hsv c = mainColour;
        double l = length;
        double h = height;
        s.polygon(
                c.shaded(.85), -l * .75, -.05, -l - .22, -.36 + wag, -l - .06, wag, -l - .16, .20 + wag, -l * .75, .06);
        s.polygon(c.shaded(.85), -.16, -h * .7, -.08, -h - .30, .20, -h * .75);
        s.polygon(c.shaded(.7), .0, h * .5, -.18, h + .22, .24, h * .5);
        s.polygon(c, l * .5, -h * .82, l + .20, -.04, l * .5, h * .8);
        s.ellipse(0, 0, l, h, c);
        s.beginDetails();
        s.ellipse(.06, h * .52, l * .78, h * .40, WHITE);
        s.polygon(new Hsv(.98, .6, .40), l * .58, h * .62, l * 1.08, h * .18, l * .60, h * .10);
        s.polygon(WHITE, l * .62, h * .14, l * .78, h * .16, l * .69, h * .40);
        s.polygon(WHITE, l * .79, h * .16, l * .95, h * .18, l * .85, h * .38);
        for (int k = 0; k < 3; k++) {
            s.line(.022, c.shaded(.45), .20 + k * .06, -.07, .19 + k * .06, .06);
        }
        s.eye(l * .80, -h * .26, .045);
        s.endDetails();
    }

    private void drawWhale(Sketch s, double wag) {
        Hsv c = mainColour;
        double l = length;
        double h = height;
        Hsv water = new Hsv(.55, .30, 1);
        s.taper(.26, .10, c, -l * .6, 0, -l - .06, .02, -l - .12, -.22 + wag);
        s.ellipse(-l - .24, -.30 + wag, .16, .07, 30, c.shaded(.9));
        s.ellipse(-l + .00, -.31 + wag, .16, .07, -30, c.shaded(.9));
        s.curve(.055, water, .16, -h * .9, .16, -h - .24, -.02, -h - .18);
        s.curve(.055, water, .16, -h * .9, .16, -h - .24, .34, -h - .18);
        s.ellipse(0, 0, l, h, c);
        s.beginDetails();
        s.ellipse(.10, h * .52, l * .78, h * .42, new Hsv(.56, .12, .95));
        for (int k = 0; k < 4; k++) {
            s.line(.02, c.shaded(.8), .0 + .1 * k, h * .45, -.02 + .1 * k, h * .82);
        }
        s.curve(.025, c.shaded(.4), l * .95, h * .12, l * .7, h * .3, l * .5, h * .18);
        s.eye(l * .58, -h * .12, .04);
        s.endDetails();
        s.ellipse(-.02, h * .75, .07, .18, 30, c.shaded(.75));
    }

    private void drawDolphin(Sketch s, double wag) {
        Hsv c = mainColour;
        double l = length;
        double h = height;
        // An arched back, drawn as two tapering halves that meet in the middle.
        s.taper(h * 2, .07, c, 0, -.02, -l * .8, -.02, -l - .10, .26 + wag);
        s.polygon(
                c.shaded(.85),
                -l - .08,
                .20 + wag,
                -l - .30,
                .22 + wag,
                -l - .20,
                .30 + wag,
                -l - .16,
                .46 + wag,
                -l - .02,
                .30 + wag);
        s.polygon(c.shaded(.85), -.16, -h * .8, -.18, -h - .20, .14, -h * .85);
        s.taper(.10, .07, c, l * .6, .06, l, .10, l + .14, .16);
        s.polygon(c.shaded(.75), .14, h * .5, .0, h + .22, .28, h * .5);
        s.ellipse(.10, 0, l * .86, h, 8, c);
        s.beginDetails();
        s.ellipse(.14, h * .55, l * .62, h * .38, 10, WHITE);
        s.curve(.02, c.shaded(.45), l + .10, .17, l * .8, .18, l * .68, .08);
        s.eye(l * .62, -.02, .045);
        s.endDetails();
    }
}
