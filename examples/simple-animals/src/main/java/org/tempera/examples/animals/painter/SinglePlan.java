package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.BLACK;
import static org.tempera.examples.animals.painter.Hsv.RED;
import static org.tempera.examples.animals.painter.Hsv.TAN;
import static org.tempera.examples.animals.painter.Hsv.WHITE;
import static org.tempera.examples.animals.painter.Hsv.YELLOW;

/** The plans that only one animal of the table has. */
record SinglePlan(Hsv mainColour, Kind kind) implements BodyPlan {
    enum Kind {
        SNAKE,
        LIZARD,
        TURTLE,
        FROG,
        BAT,
        HEDGEHOG
    }

    @Override
    public boolean castsShadow() {
        return kind != Kind.SNAKE && kind != Kind.BAT && kind != Kind.LIZARD;
    }

    @Override
    public void draw(Sketch s, PaintRandom pose) {
        double move = pose.uniform(-1, 1);
        switch (kind) {
            case SNAKE -> drawSnake(s, move);
            case LIZARD -> drawLizard(s, move);
            case TURTLE -> drawTurtle(s, move);
            case FROG -> drawFrog(s, move);
            case BAT -> drawBat(s, move);
            case HEDGEHOG -> drawHedgehog(s);
        }
    }

    private void drawSnake(Sketch s, double move) {
        Hsv c = mainColour;
        int bends = 24;
        double[] xy = new double[2 * bends + 4];
        for (int k = 0; k < bends; k++) {
            double x = -.62 + 1.08 * k / (bends - 1);
            xy[2 * k] = x;
            xy[2 * k + 1] = .21 * Math.sin(x * 7 + .3 * move) + .12;
        }
        xy[2 * bends] = .52;
        xy[2 * bends + 1] = -.14;
        xy[2 * bends + 2] = .54;
        xy[2 * bends + 3] = -.30;
        s.taper(.17, .03, c, xy[0], xy[1], xy[0] - .10, xy[1] - .16, xy[0] - .26, xy[1] + .02);
        s.line(.18, c, xy);
        s.line(.03, RED, .76, -.34, .88, -.34, .95, -.39);
        s.line(.03, RED, .88, -.34, .95, -.29);
        s.ellipse(.62, -.36, .19, .13, c);
        s.beginDetails();
        for (int k = 1; k < bends; k += 3) {
            s.ellipse(xy[2 * k], xy[2 * k + 1], .06, .06, new Hsv(.15, .8, .95));
        }
        s.eye(.66, -.41, .04);
        s.endDetails();
    }

    private void drawLizard(Sketch s, double move) {
        Hsv c = mainColour;
        s.taper(.20, .03, c, -.28, .0, -.62, -.12, -.80, .22 + .06 * move);
        for (int end = -1; end <= 1; end += 2) {
            for (int side = -1; side <= 1; side += 2) {
                double x = end * .24;
                s.line(.075, c.shaded(.8), x, side * .06, x + end * .12, side * .24, x + end * .26, side * .26);
                s.ellipse(x + end * .29, side * .27, .07, .05, c.shaded(.8));
            }
        }
        s.ellipse(0, 0, .42, .16, c);
        s.line(.16, c, .3, 0, .5, -.02);
        s.ellipse(.56, -.02, .21, .14, c);
        s.beginDetails();
        for (int k = 0; k < 5; k++) {
            s.ellipse(-.34 + .16 * k, 0, .045, .06, YELLOW);
        }
        s.eye(.60, -.09, .04);
        s.eye(.60, .06, .04);
        s.endDetails();
    }

    private void drawTurtle(Sketch s, double move) {
        Hsv c = mainColour;
        Hsv shell = new Hsv(.09, .65, .42);
        s.ellipse(-.26, .28 + .02 * move, .11, .15, c);
        s.ellipse(.30, .28 - .02 * move, .11, .15, c);
        s.polygon(c, -.44, .16, -.66, .24, -.44, .26);
        s.line(.15, c, .38, .12, .60, -.06);
        s.ellipse(.66, -.10, .17, .14, c);
        double[] dome = new double[32];
        for (int k = 0; k < 16; k++) {
            double t = k * Math.PI / 15;
            dome[2 * k] = -.52 * Math.cos(t);
            dome[2 * k + 1] = .2 - .48 * Math.sin(t);
        }
        s.polygon(shell, dome);
        s.beginDetails();
        Hsv plate = new Hsv(.11, .60, .68);
        s.ellipse(-.25, .02, .11, .10, plate);
        s.ellipse(.0, -.10, .12, .10, plate);
        s.ellipse(.26, .02, .11, .10, plate);
        s.endDetails();
        s.line(.06, TAN, -.50, .20, .50, .20);
        s.beginDetails();
        s.eye(.70, -.14, .04);
        s.line(.02, c.shaded(.4), .70, -.04, .80, -.06);
        s.endDetails();
    }

    private void drawFrog(Sketch s, double move) {
        Hsv c = mainColour;
        for (int side = -1; side <= 1; side += 2) {
            s.ellipse(side * .38, .22, .23, .16, side * -25, c.shaded(.8));
            s.ellipse(side * .46, .38, .17, .06, c.shaded(.7));
            s.line(.085, c.shaded(.9), side * .15, .2, side * (.17 + .02 * move), .42);
        }
        s.ellipse(0, .1, .36, .29, c);
        s.ellipse(-.20, -.18, .13, .14, c);
        s.ellipse(.20, -.18, .13, .14, c);
        s.beginDetails();
        s.ellipse(0, .24, .24, .14, new Hsv(.2, .3, .95));
        s.eye(-.20, -.21, .075);
        s.eye(.18, -.21, .075);
        s.curve(.03, c.shaded(.4), -.24, .02, 0, .16, .24, .02);
        s.endDetails();
    }

    private void drawBat(Sketch s, double move) {
        Hsv c = mainColour;
        double flap = .05 * move;
        for (int side = -1; side <= 1; side += 2) {
            s.polygon(
                    c.shaded(.8),
                    0,
                    -.14,
                    side * .30,
                    -.36 + flap,
                    side * .80,
                    -.20 + flap,
                    side * .72,
                    .16 + flap,
                    side * .56,
                    .04,
                    side * .45,
                    .22,
                    side * .30,
                    .08,
                    side * .14,
                    .26);
            s.polygon(c, side * .02, -.28, side * .15, -.54, side * .20, -.22);
        }
        s.ellipse(0, .08, .14, .25, c);
        s.ellipse(0, -.20, .18, .17, c);
        s.beginDetails();
        for (int side = -1; side <= 1; side += 2) {
            s.line(.022, c.shaded(.5), side * .14, -.04, side * .30, -.34 + flap, side * .46, .18);
            s.polygon(Hsv.INNER_EAR.shaded(.8), side * .07, -.34, side * .13, -.46, side * .15, -.30);
            s.eye(side * .075, -.22, .045);
            s.polygon(WHITE, side * .02, -.12, side * .07, -.12, side * .045, -.03);
        }
        s.endDetails();
    }

    private void drawHedgehog(Sketch s) {
        Hsv c = mainColour;
        for (int row = 0; row < 2; row++) {
            double grow = row == 0 ? 1 : .78;
            for (int k = 0; k < 15; k++) {
                double t = -.12 + 3.3 * k / 14 + .1 * row;
                double dx = Math.cos(t);
                double dy = -Math.sin(t);
                s.polygon(
                        c.shaded(row == 0 ? .6 : .9),
                        -.08 + .32 * dx + .08 * dy,
                        .14 + .28 * dy - .08 * dx,
                        -.08 + .60 * grow * dx,
                        .14 + .54 * grow * dy,
                        -.08 + .32 * dx - .08 * dy,
                        .14 + .28 * dy + .08 * dx);
            }
        }
        s.ellipse(-.08, .16, .40, .30, c);
        s.beginDetails();
        for (int k = 0; k < 9; k++) {
            double x = -.36 + .22 * (k % 3) + .07 * (k / 3);
            double y = -.02 + .12 * (k / 3);
            s.line(.03, TAN, x, y, x - .06, y - .07);
        }
        s.endDetails();
        s.ellipse(-.30, .45, .11, .06, TAN.shaded(.8));
        s.ellipse(.12, .45, .11, .06, TAN.shaded(.8));
        s.ellipse(.34, .24, .21, .17, TAN);
        s.taper(.22, .06, TAN, .40, .24, .50, .27, .64, .27);
        s.ellipse(.24, .08, .08, .09, TAN.shaded(.8));
        s.ellipse(.64, .26, .055, .055, BLACK);
        s.beginDetails();
        s.eye(.42, .19, .04);
        s.endDetails();
    }
}
