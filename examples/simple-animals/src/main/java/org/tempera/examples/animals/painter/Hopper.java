package org.tempera.examples.animals.painter;

/** A kangaroo: upright, on long feet, leaning on its tail. */
record Hopper(Hsv mainColour, Hsv belly, Head head) implements BodyPlan {
    @Override
    public boolean castsShadow() {
        return true;
    }

    @Override
    public void draw(Sketch s, PaintRandom pose) {
        Hsv c = mainColour;
        double lift = pose.uniform(-.04, .04);
        s.taper(.20, .07, c.shaded(.9), -.14, .22, -.34, .50, -.74, .44 + lift);
        s.line(.09, c.shaded(.62), -.02, .28, -.02, .46, .22, .48);
        s.ellipse(-.06, .14, .24, .34, 22, c);
        s.ellipse(.04, .18, .12, .23, 22, belly);
        s.line(.15, c, .08, -.10, .20, -.40);
        s.ellipse(-.12, .26, .17, .20, c.shaded(.88));
        s.line(.10, c.shaded(.82), -.12, .30, -.16, .50, .18, .52);
        s.line(.07, c.shaded(.75), .12, -.08, .30, .06, .36, .02);
        head.draw(s, .22, -.46, c);
    }
}
