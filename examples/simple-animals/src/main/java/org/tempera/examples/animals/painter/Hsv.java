package org.tempera.examples.animals.painter;

import java.awt.Color;

/**
 * A colour as hue, saturation and value.
 *
 * @param hue position on the colour wheel; whole turns are ignored
 * @param saturation in [0,1]; values outside are clipped when the colour is used
 * @param value in [0,1]; values outside are clipped when the colour is used
 */
record Hsv(double hue, double saturation, double value) {
    static final Hsv TAN = new Hsv(.09, .40, .82);
    static final Hsv GREY = new Hsv(.60, .06, .58);
    static final Hsv DARK_GREY = new Hsv(.60, .08, .30);
    static final Hsv BLACK = new Hsv(.60, .10, .14);
    static final Hsv WHITE = new Hsv(.10, .04, .97);
    static final Hsv ORANGE = new Hsv(.06, .78, .92);
    static final Hsv PINK = new Hsv(.96, .32, .97);
    static final Hsv GOLD = new Hsv(.12, .58, .90);
    static final Hsv BLUE = new Hsv(.58, .60, .80);
    static final Hsv YELLOW = new Hsv(.14, .82, .97);
    static final Hsv RED = new Hsv(.00, .82, .82);
    static final Hsv INNER_EAR = new Hsv(.98, .28, .88);

    /** The same hue, a little more saturated, with its value multiplied by {@code factor}. */
    Hsv shaded(double factor) {
        return new Hsv(hue, Math.min(1, saturation * 1.05), value * factor);
    }

    /** This colour moved by the given amounts. */
    Hsv plus(double hueShift, double saturationShift, double valueShift) {
        return new Hsv(hue + hueShift, saturation + saturationShift, value + valueShift);
    }

    /** Opaque 0xAARRGGBB. */
    int argb() {
        return Color.HSBtoRGB((float) (hue - Math.floor(hue)), (float) clip(saturation), (float) clip(value));
    }

    private static double clip(double x) {
        return Math.max(0, Math.min(1, x));
    }
}
