package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.BLACK;

/**
 * An ape that sits facing the viewer.
 *
 * @param girth 1 for a monkey's body and arms, more for a gorilla's
 * @param nimble with a curled tail and ears at the sides
 */
record Ape(Hsv mainColour, Hsv face, double girth, boolean nimble) implements BodyPlan {
    @Override
    public boolean castsShadow() {
        return false;
    }

    @Override
    public void draw(Sketch s, PaintRandom pose) {
        Hsv c = mainColour;
        double lean = pose.uniform(-.03, .03);
        if (nimble) {
            s.curve(.07, c.shaded(.85), .1, .36, .75, .42, .55, -.12);
            s.curve(.07, c.shaded(.85), .55, -.12, .47, -.28, .40, -.10);
        }
        for (int side = -1; side <= 1; side += 2) {
            s.ellipse(side * .20 * girth, .42, .17 * girth, .12, c.shaded(.75));
        }
        s.ellipse(0, .12, .26 * girth, .36, c);
        if (girth > 1) {
            s.ellipse(0, -.06, .40, .18, c);
        }
        s.ellipse(0, .18, .15 * girth, .21, face);
        for (int side = -1; side <= 1; side += 2) {
            s.curve(
                    .12 * girth,
                    c.shaded(girth > 1 ? 1.35 : .88),
                    side * .22 * girth,
                    -.06,
                    side * (.48 + lean) * girth,
                    .12,
                    side * .36 * girth,
                    .44);
            s.ellipse(side * .35 * girth, .46, .07 * girth, .06, face);
        }
        double y = -.36;
        double r = nimble ? .24 : .22;
        if (nimble) {
            for (int side = -1; side <= 1; side += 2) {
                s.ellipse(side * .26, y, .10, .11, face);
            }
        } else {
            s.ellipse(0, y - .12, .15, .17, c); // the crest of the skull
        }
        s.ellipse(0, y, r, r * 1.03, c);
        s.beginDetails();
        s.ellipse(-.08, y - .03, .10, .11, face);
        s.ellipse(.08, y - .03, .10, .11, face);
        s.ellipse(0, y + .10, .155, .11, face);
        s.eye(-.075, y - .03, .04);
        s.eye(.075, y - .03, .04);
        s.ellipse(-.03, y + .06, .02, .018, BLACK);
        s.ellipse(.03, y + .06, .02, .018, BLACK);
        s.curve(.025, BLACK, -.08, y + .12, 0, y + .17, .08, y + .12);
        s.endDetails();
    }
}
