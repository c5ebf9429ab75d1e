package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.BLACK;
import static org.tempera.examples.animals.painter.Hsv.INNER_EAR;
import static org.tempera.examples.animals.painter.Hsv.WHITE;

import org.jspecify.annotations.Nullable;

/** A mammal's head, in profile or turned to the viewer. The fluent methods are for the animal table only. */
final class Head {
    enum Ears {
        POINTED,
        ROUND,
        LARGE_ROUND,
        FLOPPY,
        LONG,
        UPRIGHT,
        SIDE
    }

    enum Horns {
        NONE,
        ANTLERS,
        SHORT,
        SWEPT_BACK
    }

    private final double radius;
    private final double snout;
    private final Ears ears;
    private Horns horns = Horns.NONE;
    private double snoutDrop = 12;
    private boolean front;
    private boolean mask;
    private boolean pigNose;
    private boolean beard;
    private boolean whiskers;
    private boolean stripes;
    private @Nullable Hsv colour;
    private @Nullable Hsv muzzle;
    private @Nullable Hsv ruff;

    Head(double radius, double snout, Ears ears) {
        this.radius = radius;
        this.snout = snout;
        this.ears = ears;
    }

    Head horns(Horns kind) {
        horns = kind;
        return this;
    }

    /** Degrees by which the snout points downwards. */
    Head snoutDrop(double degrees) {
        snoutDrop = degrees;
        return this;
    }

    /** Turned to the viewer. */
    Head front() {
        front = true;
        return this;
    }

    Head mask() {
        mask = true;
        return this;
    }

    Head pigNose() {
        pigNose = true;
        return this;
    }

    Head beard() {
        beard = true;
        return this;
    }

    Head whiskers() {
        whiskers = true;
        return this;
    }

    Head stripes() {
        stripes = true;
        return this;
    }

    Head colour(Hsv own) {
        colour = own;
        return this;
    }

    Head muzzle(Hsv own) {
        muzzle = own;
        return this;
    }

    /** A lion's mane. */
    Head ruff(Hsv own) {
        ruff = own;
        return this;
    }

    double radius() {
        return radius;
    }

    void draw(Sketch s, double x, double y, Hsv body) {
        Hsv skin = colour == null ? body : colour;
        if (ruff != null) {
            for (int k = 0; k < 10; k++) {
                double t = k * Math.PI / 5;
                s.ellipse(
                        x + radius * 1.15 * Math.cos(t),
                        y + radius * 1.15 * Math.sin(t),
                        radius * .5,
                        radius * .5,
                        k % 2 == 0 ? ruff : ruff.shaded(.88));
            }
            s.ellipse(x, y, radius * 1.2, radius * 1.2, ruff);
        }
        drawHorns(s, x, y);
        if (front) {
            drawFront(s, x, y, skin);
        } else {
            drawProfile(s, x, y, skin);
        }
    }

    private void drawFront(Sketch s, double x, double y, Hsv skin) {
        double r = radius;
        for (int side = -1; side <= 1; side += 2) {
            switch (ears) {
                case POINTED -> {
                    s.polygon(
                            skin.shaded(.9),
                            x + side * r * .95,
                            y - r * .1,
                            x + side * r * .85,
                            y - r * 1.5,
                            x + side * r * .1,
                            y - r * .75);
                    s.polygon(
                            INNER_EAR,
                            x + side * r * .75,
                            y - r * .55,
                            x + side * r * .75,
                            y - r * 1.15,
                            x + side * r * .35,
                            y - r * .75);
                }
                case FLOPPY, SIDE ->
                    s.ellipse(x + side * r * 1.1, y - r * .35, r * .45, r * .22, side * 15, skin.shaded(.7));
                default -> {
                    double size = ears == Ears.LARGE_ROUND ? .62 : .40;
                    s.ellipse(x + side * r * .75, y - r * (.45 + size * .6), r * size, r * size, skin.shaded(.85));
                    s.ellipse(x + side * r * .75, y - r * (.45 + size * .6), r * size * .55, r * size * .55, INNER_EAR);
                }
            }
        }
        s.ellipse(x, y, r * 1.05, r * .95, skin);
        s.beginDetails();
        if (stripes) {
            for (int k = -1; k <= 1; k++) {
                s.line(r * .16, BLACK, x + k * r * .32, y - r * .85, x + k * r * .26, y - r * .45);
            }
            for (int side = -1; side <= 1; side += 2) {
                s.line(r * .14, BLACK, x + side * r * .98, y + r * .05, x + side * r * .65, y + r * .12);
            }
        }
        if (mask) {
            s.ellipse(x, y - r * .3, r * .3, r * .5, WHITE);
            s.ellipse(x - r * .48, y - r * .02, r * .45, r * .34, -25, BLACK);
            s.ellipse(x + r * .48, y - r * .02, r * .45, r * .34, 25, BLACK);
        }
        Hsv light = muzzle == null ? new Hsv(skin.hue(), skin.saturation() * .5, skin.value() * .6 + .4) : muzzle;
        s.ellipse(x, y + r * .45, r * .55, r * .40, light);
        if (pigNose) {
            Hsv nose = new Hsv(.95, .50, .85);
            s.ellipse(x, y + r * .35, r * .48, r * .36, nose);
            s.ellipse(x - r * .18, y + r * .35, r * .1, r * .15, nose.shaded(.45));
            s.ellipse(x + r * .18, y + r * .35, r * .1, r * .15, nose.shaded(.45));
        } else {
            s.ellipse(x, y + r * .28, r * .2, r * .14, BLACK);
            s.line(r * .09, BLACK, x - r * .22, y + r * .62, x, y + r * .52, x + r * .22, y + r * .62);
        }
        if (whiskers) {
            for (int side = -1; side <= 1; side += 2) {
                s.line(r * .07, WHITE, x + side * r * .3, y + r * .4, x + side * r * 1.3, y + r * .25);
                s.line(r * .07, WHITE, x + side * r * .3, y + r * .5, x + side * r * 1.3, y + r * .65);
            }
        }
        for (int side = -1; side <= 1; side += 2) {
            double eyeX = x + side * r * .42;
            if (mask || skin.value() < .5) {
                s.eye(eyeX, y - r * .08, r * .18);
            } else { // on a light face the white of an eye would only make it paler
                s.ellipse(eyeX, y - r * .08, r * .17, r * .20, BLACK);
                s.ellipse(eyeX + r * .05, y - r * .14, r * .06, r * .06, WHITE);
            }
        }
        s.endDetails();
    }

    private void drawProfile(Sketch s, double x, double y, Hsv skin) {
        double r = radius;
        double angle = Math.toRadians(snoutDrop);
        double noseX = x + r * .6 + snout * Math.cos(angle);
        double noseY = y + r * .25 + snout * Math.sin(angle);
        drawUpperEars(s, x, y, skin);
        s.ellipse(x, y, r, r * .92, skin);
        if (snout > .04) {
            s.taper(r * 1.25, r * .7, skin, x + r * .15, y + r * .1, (x + noseX) / 2, (y + noseY) / 2, noseX, noseY);
            s.ellipse(noseX, noseY, r * .36, r * .36, muzzle == null ? skin : muzzle);
        } else if (muzzle != null) {
            s.ellipse(x + r * .55, y + r * .3, r * .45, r * .4, muzzle);
        }
        if (mask) {
            s.ellipse(x + r * .35, y - r * .05, r * .6, r * .28, BLACK);
        }
        if (pigNose) {
            s.ellipse(noseX + .05, noseY, .06, .085, new Hsv(.95, .45, .85));
        } else {
            s.ellipse(noseX + r * .3, noseY - r * .05, r * .19, r * .17, BLACK);
        }
        if (beard) {
            s.polygon(WHITE, noseX - .1, noseY + .04, noseX + .04, noseY + .04, noseX - .06, noseY + .26);
        }
        if (ears == Ears.FLOPPY) {
            s.ellipse(x - r * .5, y + r * .15, r * .34, r * .75, 12, skin.shaded(.62));
        } else if (ears == Ears.SIDE) {
            s.ellipse(x - r * .55, y - r * .35, r * .5, r * .2, 20, skin.shaded(.7));
        }
        s.beginDetails();
        s.eye(x + r * .35, y - r * .2, r * .19);
        s.endDetails();
    }

    private void drawUpperEars(Sketch s, double x, double y, Hsv skin) {
        double r = radius;
        double[] roots = {-.6, .3};
        for (double root : roots) {
            double ex = x + r * root;
            switch (ears) {
                case POINTED ->
                    s.polygon(
                            skin.shaded(.85),
                            ex - r * .35,
                            y - r * .5,
                            ex + r * .05,
                            y - r * 1.75,
                            ex + r * .5,
                            y - r * .6);
                case ROUND, LARGE_ROUND -> {
                    double size = ears == Ears.ROUND ? .42 : .80;
                    s.ellipse(ex, y - r * (.6 + size * .5), r * size, r * size, skin.shaded(.85));
                    s.ellipse(ex, y - r * (.6 + size * .5), r * size * .6, r * size * .6, INNER_EAR);
                }
                case LONG, UPRIGHT -> {
                    double length = ears == Ears.LONG ? 1.4 : .75;
                    s.ellipse(ex, y - r * (.6 + length * .75), r * .3, r * length, -12, skin.shaded(.9));
                    s.ellipse(ex, y - r * (.6 + length * .75), r * .14, r * length * .7, -12, INNER_EAR);
                }
                case FLOPPY, SIDE -> {} // drawn over the head
            }
        }
    }

    private void drawHorns(Sketch s, double x, double y) {
        double r = radius;
        double crown = y - r;
        switch (horns) {
            case NONE -> {}
            case ANTLERS -> {
                Hsv bone = new Hsv(.09, .40, .42);
                for (int side = -1; side <= 1; side += 2) {
                    double root = x + side * r * .35;
                    double tip = root + side * .20;
                    s.curve(.045, bone, root, crown + r * .3, root + side * .20, crown - .04, tip, crown - .34);
                    s.line(.038, bone, root + side * .10, crown - .06, root + side * .02, crown - .22);
                    s.line(.038, bone, root + side * .17, crown - .14, root + side * .32, crown - .22);
                }
            }
            case SHORT -> {
                for (int side = -1; side <= 1; side += 2) {
                    s.curve(
                            .055,
                            new Hsv(.1, .2, .9),
                            x + side * r * .5,
                            crown + r * .25,
                            x + side * r * 1.1,
                            crown + .02,
                            x + side * r * .95,
                            crown - .12);
                }
            }
            case SWEPT_BACK -> {
                for (double dx = 0; dx < .1; dx += .08) {
                    s.curve(
                            .055,
                            new Hsv(.09, .30, .42),
                            x + dx,
                            y - r * .7,
                            x + dx - .02,
                            crown - .26,
                            x + dx - .26,
                            crown - .2);
                }
            }
        }
    }
}
