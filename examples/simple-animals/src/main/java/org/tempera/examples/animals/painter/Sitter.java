package org.tempera.examples.animals.painter;

/** A rodent that sits upright with its tail curled over its back. */
record Sitter(Hsv mainColour, Hsv belly, Head head) implements BodyPlan {
    @Override
    public boolean castsShadow() {
        return true;
    }

    @Override
    public void draw(Sketch s, PaintRandom pose) {
        Hsv c = mainColour;
        Hsv brush = c.shaded(1.15);
        double sway = pose.uniform(-.03, .03);
        s.taper(.16, .30, brush, -.12, .44, -.62, .35, -.42 + sway, -.25);
        s.ellipse(-.42 + sway, -.30, .17, .20, -15, brush);
        s.ellipse(-.50 + sway, -.42, .11, .10, -15, brush);
        s.ellipse(0, .16, .23, .33, c);
        s.ellipse(.08, .2, .13, .22, belly);
        s.ellipse(-.02, .40, .20, .12, c.shaded(.8));
        s.ellipse(.12, .48, .14, .05, c.shaded(.65));
        head.draw(s, .08, -.24, c);
        s.line(.07, c.shaded(.75), .08, .02, .26, .06);
        s.ellipse(.30, .06, .07, .08, new Hsv(.08, .7, .40)); // the nut
        s.ellipse(.30, .00, .08, .04, new Hsv(.08, .6, .28));
    }
}
