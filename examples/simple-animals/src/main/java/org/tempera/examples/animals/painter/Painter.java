package org.tempera.examples.animals.painter;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.function.UnaryOperator;

/**
 * Paints scenes: the same scene and seed give the same bits on the same Java runtime. Thread-safe.
 *
 * <p>A picture is drawn with antialiasing at four times its size and reduced by area. Every quality factor moves the
 * picture continuously, so that it can be seen and not only known.
 */
public final class Painter {
    private static final int FULL_CANVAS = PictureSize.FULL.pixels() * PictureSize.OVERSAMPLING;

    /** Fractions of the full picture that an animal of the proper size fills at most. */
    private static final double PROPER_WIDTH = .68;

    private static final double PROPER_HEIGHT = .60;
    private static final double OUTLINE = 1.1 * PictureSize.OVERSAMPLING;
    private static final int MOST_STRAY_SHAPES = 5;
    private static final Color STRAY_EDGE = new Color(24, 16, 32);

    private final PictureSize size;

    public Painter(PictureSize size) {
        this.size = size;
    }

    /**
     * The picture of {@code scene}; {@code seed} decides pose, place and everything else that the scene leaves open.
     */
    public PaintedPicture paint(Scene scene, long seed) {
        PaintRandom random = new PaintRandom(seed);
        PaintRandom landscape = random.split();
        PaintRandom placing = random.split();
        PaintRandom posing = random.split();
        PaintRandom straying = random.split();
        PaintRandom lighting = random.split();

        int canvasSize = size.canvasPixels();
        BufferedImage canvas = new BufferedImage(canvasSize, canvasSize, BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) canvas.getRaster().getDataBuffer()).getData();
        Graphics2D graphics = canvas.createGraphics();
        Placing place = Placing.draw(scene.quality().composition(), placing);
        int strayShapes;
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            double margin = (FULL_CANVAS - canvasSize) / 2.0;
            graphics.translate(-margin, -margin);
            paintLandscape(graphics, scene, landscape);
            StrayShapes stray = StrayShapes.draw(scene.quality().cleanness(), MOST_STRAY_SHAPES, straying);
            strayShapes = stray.count();
            paintStray(graphics, stray.behind(), scene.style());
            paintAnimal(graphics, scene, place, posing);
            paintStray(graphics, stray.inFront(), scene.style());
        } finally {
            graphics.dispose();
        }
        double exposure = (1 - scene.quality().light()) * lighting.sign();
        byte[] rgb = develop(AreaReducer.reduce(pixels, canvasSize, size.pixels()), exposure, scene.style());
        PictureFacts facts = new PictureFacts(scene, place.scale, place.offset(), exposure, strayShapes);
        return new PaintedPicture(size.pixels(), rgb, facts);
    }

    /** A dark edge tells stray shapes from scenery, also to a network that sees 32 pixels. */
    private static void paintStray(Graphics2D graphics, Sketch shapes, Style style) {
        shapes.drawOutline(graphics, wholePicture(), 2 * OUTLINE / FULL_CANVAS, STRAY_EDGE);
        shapes.draw(graphics, wholePicture(), style::tint);
    }

    /** Where the animal stands: its middle (fractions of the full picture), size and tilt. */
    private record Placing(double dx, double dy, double scale, double tilt) {
        static Placing draw(double composition, PaintRandom random) {
            double fault = 1 - composition;
            double angle = random.uniform(0, 2 * Math.PI);
            double offset = .01 + .22 * fault * random.uniform(.85, 1.1);
            double scale = random.chance(.5) ? 1 - .5 * fault : 1 + .35 * fault;
            return new Placing(
                    offset * StrictMath.cos(angle),
                    offset * StrictMath.sin(angle),
                    scale * random.uniform(.95, 1.05),
                    random.normal(.04));
        }

        double offset() {
            return Math.hypot(dx, dy);
        }
    }

    /** From -1 .. 1 to the full canvas. */
    private static AffineTransform wholePicture() {
        double half = FULL_CANVAS / 2.0;
        return new AffineTransform(half, 0, 0, half, half, half);
    }

    private static void paintLandscape(Graphics2D graphics, Scene scene, PaintRandom random) {
        double discord = 1 - scene.quality().harmony();
        UnaryOperator<Hsv> colours = c -> scene.style().tint(c.plus(0, .35 * discord, 0));
        // In discord the four bands move apart on the colour wheel, neighbours in opposite directions.
        double shift = random.sign() * (.01 + .38 * discord * random.uniform(.75, 1));
        double[] share = {-.5, .4, 1, .6};
        Hsv[] bands = Scenery.bands(scene.background());
        Color[] painted = new Color[bands.length];
        for (int k = 0; k < bands.length; k++) {
            double hueShift = shift * share[k] + random.normal(.08 * discord);
            painted[k] = new Color(colours.apply(bands[k].plus(hueShift, 0, 0)).argb());
        }
        int horizon = (int) (FULL_CANVAS * random.uniform(.46, .60));
        double sunX = random.uniform(-.65, .65);
        double horizonUnits = 2.0 * horizon / FULL_CANVAS - 1;
        Sketch behind = new Sketch();
        Scenery.drawBehindGround(behind, scene.background(), horizonUnits, sunX);
        Sketch scenery = new Sketch();
        Scenery.draw(scenery, scene.background(), horizonUnits, sunX, random);

        paintGradient(graphics, 0, horizon, painted[0], painted[1]);
        behind.draw(graphics, wholePicture(), colours);
        paintGradient(graphics, horizon, FULL_CANVAS, painted[2], painted[3]);
        scenery.draw(graphics, wholePicture(), colours);
    }

    private static void paintGradient(Graphics2D graphics, int top, int bottom, Color upper, Color lower) {
        for (int y = top; y < bottom; y++) {
            float t = (y - top) / (float) Math.max(1, bottom - 1 - top);
            graphics.setColor(new Color(
                    mix(upper.getRed(), lower.getRed(), t),
                    mix(upper.getGreen(), lower.getGreen(), t),
                    mix(upper.getBlue(), lower.getBlue(), t)));
            graphics.fillRect(0, y, FULL_CANVAS, 1);
        }
    }

    private static int mix(int a, int b, float t) {
        return Math.round(a + (b - a) * t);
    }

    private static void paintAnimal(Graphics2D graphics, Scene scene, Placing place, PaintRandom random) {
        double hue = random.normal(.012);
        double saturation = 1 + random.normal(.05);
        double value = 1 + random.normal(.05);
        UnaryOperator<Hsv> colours =
                c -> scene.style().tint(new Hsv(c.hue() + hue, c.saturation() * saturation, c.value() * value));
        BodyPlan plan = Anatomy.of(scene.animal());
        Sketch sketch = new Sketch();
        plan.draw(sketch, random);

        Rectangle2D bounds = sketch.bounds();
        double unit = FULL_CANVAS
                * place.scale
                * Math.min(PROPER_WIDTH / bounds.getWidth(), PROPER_HEIGHT / bounds.getHeight());
        double x = FULL_CANVAS * (.5 + place.dx);
        double y = FULL_CANVAS * (.52 + place.dy);
        if (plan.castsShadow()) {
            double halfWidth = bounds.getWidth() * unit * .46;
            double halfHeight = Math.min(halfWidth * .14, FULL_CANVAS * .03);
            double foot = y + bounds.getHeight() * unit * .49;
            graphics.setColor(new Color(0, 0, 0, 70));
            graphics.fill(new Ellipse2D.Double(x - halfWidth, foot - halfHeight, 2 * halfWidth, 2 * halfHeight));
        }
        AffineTransform placement = AffineTransform.getTranslateInstance(x, y);
        placement.rotate(place.tilt);
        placement.scale(scene.mirrored() ? -unit : unit, unit);
        placement.translate(-bounds.getCenterX(), -bounds.getCenterY());
        // A thin edge keeps white animals visible on snow and black ones at night.
        Hsv main = plan.mainColour();
        Hsv edge = main.value() > .35
                ? new Hsv(main.hue(), main.saturation() * .8 + .1, main.value() * .35)
                : new Hsv(main.hue(), .12, .72);
        sketch.drawOutline(
                graphics,
                placement,
                OUTLINE / unit,
                new Color(colours.apply(edge).argb()));
        sketch.draw(graphics, placement, colours);
    }

    /** Exposure and toning; from [0,255] to bytes. */
    private static byte[] develop(float[] values, double exposure, Style style) {
        byte[] rgb = new byte[values.length];
        float strength = (float) (.62 * Math.abs(exposure));
        for (int k = 0; k < values.length; k += 3) {
            float r = expose(values[k] / 255, strength, exposure < 0);
            float g = expose(values[k + 1] / 255, strength, exposure < 0);
            float b = expose(values[k + 2] / 255, strength, exposure < 0);
            if (style == Style.SEPIA) {
                float grey = .30f * r + .59f * g + .11f * b;
                r = .35f * r + .65f * 1.05f * grey;
                g = .35f * g + .65f * .88f * grey;
                b = .35f * b + .65f * .66f * grey;
            }
            rgb[k] = toByte(r);
            rgb[k + 1] = toByte(g);
            rgb[k + 2] = toByte(b);
        }
        return rgb;
    }

    private static float expose(float value, float strength, boolean darken) {
        return darken ? value * (1 - strength) : value + (1 - value) * strength;
    }

    private static byte toByte(float value) {
        return (byte) Math.round(255 * Math.max(0, Math.min(1, value)));
    }
}
