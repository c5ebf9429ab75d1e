package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.BLACK;
import static org.tempera.examples.animals.painter.Hsv.WHITE;

import org.jspecify.annotations.Nullable;

/** A four-legged mammal seen from the side. The fluent methods are for the animal table only. */
final class Quadruped implements BodyPlan {
    enum Tail {
        NONE,
        THIN,
        UP,
        LONG,
        TUFT,
        HORSE,
        SHORT,
        BALL,
        BUSHY,
        RINGED,
        CURLED
    }

    enum Coat {
        PLAIN,
        BELLY,
        BARS,
        STRIPES,
        PATCHES,
        WOOL
    }

    private final Hsv colour;
    private final Head head;
    private final Tail tail;
    private Coat coat = Coat.PLAIN;
    private Hsv second = WHITE;
    private double length = .48;
    private double height = .22;
    private double leg = .32;
    private double legWidth = .085;
    private double neckLength = .18;
    private double neckDegrees = 40;
    private double neckWidth;
    private int humps;
    private @Nullable Hsv legColour;
    private @Nullable Hsv mane;
    private @Nullable Hsv tailColour;

    Quadruped(Hsv colour, Tail tail, Head head) {
        this.colour = colour;
        this.tail = tail;
        this.head = head;
        neckWidth = head.radius() * 1.05;
    }

    /** Half the body's length and height. */
    Quadruped body(double halfLength, double halfHeight) {
        length = halfLength;
        height = halfHeight;
        return this;
    }

    Quadruped legs(double legLength, double width) {
        leg = legLength;
        legWidth = width;
        return this;
    }

    /** Degrees are above the horizontal. */
    Quadruped neck(double neck, double degrees) {
        neckLength = neck;
        neckDegrees = degrees;
        return this;
    }

    Quadruped neckWidth(double width) {
        neckWidth = width;
        return this;
    }

    Quadruped coat(Coat kind, Hsv secondColour) {
        coat = kind;
        second = secondColour;
        return this;
    }

    Quadruped legColour(Hsv own) {
        legColour = own;
        return this;
    }

    Quadruped mane(Hsv own) {
        mane = own;
        return this;
    }

    Quadruped tailColour(Hsv own) {
        tailColour = own;
        return this;
    }

    Quadruped humps(int count) {
        humps = count;
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
        double stride = pose.uniform(-.05, .05);
        double foot = height * .6 + leg;
        Hsv limb = legColour == null ? colour : legColour;
        double angle = Math.toRadians(neckDegrees);
        double headX = length * .75 + neckLength * Math.cos(angle) * 1.1;
        double headY = -height * .45 - neckLength * Math.sin(angle);

        s.line(legWidth, limb.shaded(.62), -length * .5, 0, -length * .5 + .06 + stride, foot - .02);
        s.line(legWidth, limb.shaded(.62), length * .45, 0, length * .45 + .10 - stride, foot - .02);
        drawTail(s, -length * .92, -height * .25);
        drawHumps(s);
        s.line(neckWidth, colour, length * .62, -height * .2, headX, headY);
        if (mane != null) {
            s.line(.11, mane, length * .42, -height * .9, headX - head.radius() * .8, headY - head.radius() * .7);
        }
        drawNearLeg(s, limb, -length * .74, -.02 - stride, foot);
        drawNearLeg(s, limb, length * .62, -.02 + stride, foot);
        if (coat == Coat.WOOL) {
            for (int k = 0; k < 12; k++) {
                double t = k * Math.PI / 6;
                s.ellipse(length * .85 * Math.cos(t), height * .85 * Math.sin(t), .13, .13, colour.shaded(.93));
            }
        }
        s.ellipse(0, 0, length, height, colour);
        s.beginDetails();
        drawCoat(s, headX, headY);
        s.endDetails();
        head.draw(s, headX, headY, colour);
    }

    private void drawNearLeg(Sketch s, Hsv limb, double x, double step, double foot) {
        s.line(legWidth, limb.shaded(.92), x, 0, x + step, foot);
        s.ellipse(x + step + .02, foot, legWidth * .75, legWidth * .5, limb.shaded(.5));
    }

    private void drawHumps(Sketch s) {
        for (int k = 0; k < humps; k++) {
            double x = humps == 1 ? -.02 : -.22 + .42 * k / (humps - 1);
            s.ellipse(x, -height * .95, .15, .24, colour);
        }
    }

    private void drawCoat(Sketch s, double headX, double headY) {
        switch (coat) {
            case PLAIN -> {}
            case BELLY -> s.ellipse(.04, height * .55, length * .75, height * .4, second);
            case BARS -> drawStripes(s, 4, .1);
            case STRIPES -> {
                drawStripes(s, 6, .7);
                for (double along = .35; along < .7; along += .3) {
                    double x = length * .62 + (headX - length * .62) * along;
                    double y = -height * .2 + (headY + height * .2) * along;
                    s.line(.045, second, x - .07, y - .06, x + .07, y + .06);
                }
            }
            case PATCHES -> {
                s.ellipse(-.30, -.06, .17, .13, 30, second);
                s.ellipse(.06, .06, .17, .13, 20, second);
                s.ellipse(.30, -.12, .12, .09, 30, second);
            }
            case WOOL -> {
                for (int k = 0; k < 3; k++) {
                    s.curve(.03, colour.shaded(.82), -.26 + .2 * k, -.02, -.18 + .2 * k, .10, -.10 + .2 * k, -.02);
                }
            }
        }
    }

    private void drawStripes(Sketch s, int count, double reach) {
        for (int k = 0; k < count; k++) {
            double x = length * (-.76 + 1.52 * k / (count - 1));
            double half = height * Math.sqrt(Math.max(.05, 1 - x * x / (length * length)));
            s.line(.055, second, x, -half * .92, x + .04, half * reach);
        }
    }

    private void drawTail(Sketch s, double x, double y) {
        Hsv c = tailColour == null ? colour.shaded(.9) : tailColour;
        switch (tail) {
            case NONE -> {}
            case THIN -> s.curve(.045, c, x, y, x - .12, y + .02, x - .14, y + .28);
            case UP -> s.curve(.075, c, x, y, x - .28, y, x - .20, y - .42);
            case LONG -> s.taper(.06, .03, c, x + .05, y + .05, x - .25, y + .26, x - .46, y - .1);
            case TUFT -> {
                s.curve(.04, c, x, y, x - .16, y, x - .17, y + .26);
                s.ellipse(x - .17, y + .3, .06, .09, tailColour == null ? BLACK : tailColour);
            }
            case HORSE -> s.taper(.10, .16, c, x + .04, y, x - .24, y - .06, x - .2, y + .46);
            case SHORT -> s.ellipse(x - .03, y - .03, .09, .06, -30, WHITE);
            case BALL -> s.ellipse(x - .03, y, .09, .09, WHITE);
            case BUSHY -> {
                s.taper(.08, .20, c, x + .06, y, x - .14, y - .06, x - .30, y + .16);
                s.ellipse(x - .33, y + .20, .15, .10, 45, tailColour == null ? WHITE : second);
            }
            case RINGED -> {
                for (int k = 0; k < 6; k++) {
                    s.ellipse(x - .02 - .07 * k, y - .012 * k * k, .065, .10, k % 2 == 0 ? BLACK : colour);
                }
            }
            case CURLED -> {
                double[] xy = new double[24];
                for (int k = 0; k < 12; k++) {
                    double t = k * .65;
                    xy[2 * k] = x + .02 - .012 * k + .06 * Math.sin(t);
                    xy[2 * k + 1] = y - .03 - .06 * Math.cos(t);
                }
                s.line(.04, c, xy);
            }
        }
    }
}
