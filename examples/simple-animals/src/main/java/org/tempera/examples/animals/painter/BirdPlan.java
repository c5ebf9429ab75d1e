package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.WHITE;
import static org.tempera.examples.animals.painter.Hsv.YELLOW;

import org.jspecify.annotations.Nullable;

/** A bird seen from the side. The fluent methods are for the animal table only. */
final class BirdPlan implements BodyPlan {
    enum Tail {
        SHORT,
        LONG,
        RAISED,
        FAN
    }

    private final Hsv colour;
    private final Tail tail;
    private double length = .34;
    private double height = .26;
    private double neck = .12;
    private double neckForward = .25;
    private double headRadius = .14;
    private double beak = .12;
    private Hsv beakColour = YELLOW;
    private boolean flatBill;
    private double leg = .20;
    private boolean ring;
    private @Nullable Hsv comb;
    private @Nullable Hsv headColour;
    private @Nullable Hsv breast;
    private @Nullable Hsv wing;

    BirdPlan(Hsv colour, Tail tail) {
        this.colour = colour;
        this.tail = tail;
    }

    /** Half the body's length and height, and the legs' length. */
    BirdPlan body(double halfLength, double halfHeight, double legLength) {
        length = halfLength;
        height = halfHeight;
        leg = legLength;
        return this;
    }

    BirdPlan head(double radius, double neckLength) {
        headRadius = radius;
        neck = neckLength;
        return this;
    }

    BirdPlan neckForward(double share) {
        neckForward = share;
        return this;
    }

    BirdPlan beak(double beakLength, Hsv own, boolean flat) {
        beak = beakLength;
        beakColour = own;
        flatBill = flat;
        return this;
    }

    BirdPlan comb(Hsv own) {
        comb = own;
        return this;
    }

    BirdPlan headColour(Hsv own) {
        headColour = own;
        return this;
    }

    BirdPlan breast(Hsv own) {
        breast = own;
        return this;
    }

    BirdPlan wing(Hsv own) {
        wing = own;
        return this;
    }

    /** A white ring around the neck. */
    BirdPlan ring() {
        ring = true;
        return this;
    }

    @Override
    public Hsv mainColour() {
        return colour;
    }

    @Override
    public boolean castsShadow() {
        return true;
    }

    @Override
    public void draw(Sketch s, PaintRandom pose) {
        double step = pose.uniform(-.03, .03);
        double foot = height + leg;
        for (int k = 0; k < 2; k++) {
            double x = -.05 + .15 * k + (k == 0 ? step : -step);
            s.line(.045, beakColour.shaded(k == 0 ? .8 : 1), x, height * .6, x, foot, x + .10, foot);
        }
        drawTail(s);
        double headX = length * .72 + neck * neckForward;
        double headY = -height * .5 - neck;
        s.line(headRadius * 1.2, colour, length * .55, -height * .1, headX, headY);
        s.ellipse(0, 0, length, height, colour);
        s.beginDetails();
        if (breast != null) {
            s.ellipse(length * .45, height * .15, length * .5, height * .75, breast);
        }
        s.ellipse(-length * .2, -.02, length * .56, height * .52, 12, wing == null ? colour.shaded(.75) : wing);
        s.endDetails();
        drawHead(s, headX, headY);
    }

    private void drawHead(Sketch s, double x, double y) {
        double r = headRadius;
        if (flatBill) {
            s.ellipse(x + r * .8 + beak * .5, y + r * .25, beak * .8, r * .40, 6, beakColour);
        } else {
            s.polygon(beakColour, x + r * .6, y - r * .45, x + r + beak, y + r * .2, x + r * .6, y + r * .55);
        }
        if (comb != null) {
            for (int k = 0; k < 3; k++) {
                s.ellipse(x - r * .45 + r * .5 * k, y - r * .95, r * .36, r * .48, comb);
            }
            s.ellipse(x + r * .75, y + r * 1.05, r * .34, r * .55, comb);
        }
        s.ellipse(x, y, r, r * .95, headColour == null ? colour : headColour);
        s.beginDetails();
        if (ring) {
            s.line(.055, WHITE, x - .13, y + .13, x + .06, y + .16);
        }
        s.eye(x + r * .3, y - r * .2, r * .24);
        s.endDetails();
    }

    private void drawTail(Sketch s) {
        double l = length;
        double h = height;
        switch (tail) {
            case SHORT -> s.polygon(colour.shaded(.8), -l * .7, -h * .4, -l - .2, -h * .75, -l * .8, h * .3);
            case LONG -> s.polygon(colour.shaded(.65), -l * .7, -h * .3, -l - .36, .02, -l - .30, .18, -l * .6, h * .5);
            case RAISED -> {
                for (int k = 0; k < 4; k++) {
                    double t = Math.toRadians(20 + 24 * k);
                    s.ellipse(
                            -l * .8 - .15 * Math.cos(t),
                            -h * .3 - .17 * Math.sin(t),
                            .21,
                            .075,
                            Math.toDegrees(t),
                            colour.shaded(k % 2 == 0 ? .82 : .94));
                }
            }
            case FAN -> {
                Hsv[] feathers = {new Hsv(.05, .75, .55), new Hsv(.09, .60, .80)};
                for (int k = 0; k < 9; k++) {
                    double t = Math.toRadians(-35 + 21 * k);
                    double x = -.16 - .34 * Math.cos(t);
                    double y = -.10 - .34 * Math.sin(t);
                    s.ellipse(x, y, .26, .085, Math.toDegrees(t), feathers[k % 2]);
                }
                s.beginDetails();
                for (int k = 0; k < 9; k++) {
                    double t = Math.toRadians(-35 + 21 * k);
                    s.ellipse(-.16 - .52 * Math.cos(t), -.10 - .52 * Math.sin(t), .05, .07, Math.toDegrees(t), WHITE);
                }
                s.endDetails();
            }
        }
    }
}
