package org.tempera.examples.animals.painter;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A drawing in its own coordinates (x to the right, y down, about -1 to 1), kept as a list of coloured marks so that it
 * can be measured before it is put on a canvas. Marks cover those added before them. Not thread-safe.
 */
final class Sketch {
    private static final int CURVE_POINTS = 10;

    /** One coloured shape; {@code width} 0 means filled, otherwise a line of that width. */
    private record Mark(Path2D path, double width, Hsv colour, boolean outlined) {}

    private final List<Mark> marks = new ArrayList<>();
    private double left = Double.POSITIVE_INFINITY;
    private double top = Double.POSITIVE_INFINITY;
    private double right = Double.NEGATIVE_INFINITY;
    private double bottom = Double.NEGATIVE_INFINITY;
    private boolean outlining = true;

    /** Marks added from now on lie inside the silhouette and need no outline. */
    void beginDetails() {
        outlining = false;
    }

    /** Marks added from now on are part of the silhouette. */
    void endDetails() {
        outlining = true;
    }

    void ellipse(double x, double y, double rx, double ry, Hsv colour) {
        ellipse(x, y, rx, ry, 0, colour);
    }

    /** An ellipse turned clockwise by {@code degrees}. */
    void ellipse(double x, double y, double rx, double ry, double degrees, Hsv colour) {
        AffineTransform turn = AffineTransform.getTranslateInstance(x, y);
        double radians = Math.toRadians(degrees);
        turn.rotate(radians);
        marks.add(new Mark(
                new Path2D.Double(new Ellipse2D.Double(-rx, -ry, 2 * rx, 2 * ry), turn), 0, colour, outlining));
        double c = Math.cos(radians);
        double s = Math.sin(radians);
        double halfWidth = Math.sqrt(rx * rx * c * c + ry * ry * s * s);
        double halfHeight = Math.sqrt(rx * rx * s * s + ry * ry * c * c);
        cover(x - halfWidth, y - halfHeight);
        cover(x + halfWidth, y + halfHeight);
    }

    /** A filled polygon through x0, y0, x1, y1, ... */
    void polygon(Hsv colour, double... xy) {
        Path2D path = path(xy, 0);
        path.closePath();
        marks.add(new Mark(path, 0, colour, outlining));
    }

    /** A line with round ends through x0, y0, x1, y1, ... */
    void line(double width, Hsv colour, double... xy) {
        marks.add(new Mark(path(xy, width / 2), width, colour, outlining));
    }

    /** A line with round ends along the quadratic curve from (x0, y0) towards (cx, cy) to (x1, y1). */
    void curve(double width, Hsv colour, double x0, double y0, double cx, double cy, double x1, double y1) {
        line(width, colour, curvePoints(x0, y0, cx, cy, x1, y1));
    }

    /** As {@link #curve}, with a width that goes from {@code startWidth} to {@code endWidth}. */
    void taper(
            double startWidth,
            double endWidth,
            Hsv colour,
            double x0,
            double y0,
            double cx,
            double cy,
            double x1,
            double y1) {
        double[] spine = curvePoints(x0, y0, cx, cy, x1, y1);
        int n = spine.length / 2;
        double[] xy = new double[4 * n];
        for (int k = 0; k < n; k++) {
            int before = Math.max(0, k - 1);
            int after = Math.min(n - 1, k + 1);
            double dx = spine[2 * after] - spine[2 * before];
            double dy = spine[2 * after + 1] - spine[2 * before + 1];
            double half = 0.5 * (startWidth + (endWidth - startWidth) * k / (n - 1)) / Math.hypot(dx, dy);
            xy[2 * k] = spine[2 * k] - dy * half;
            xy[2 * k + 1] = spine[2 * k + 1] + dx * half;
            int back = 2 * (2 * n - 1 - k);
            xy[back] = spine[2 * k] + dy * half;
            xy[back + 1] = spine[2 * k + 1] - dx * half;
        }
        polygon(colour, xy);
    }

    /** A white eye with a dark pupil. */
    void eye(double x, double y, double radius) {
        ellipse(x, y, radius * 1.35, radius * 1.35, Hsv.WHITE);
        ellipse(x + radius * .25, y, radius * .9, radius * .9, Hsv.BLACK);
    }

    /** The smallest upright rectangle around all marks. */
    Rectangle2D bounds() {
        return new Rectangle2D.Double(left, top, right - left, bottom - top);
    }

    /**
     * Draws all marks.
     *
     * @param placement from the sketch's coordinates to pixels
     * @param colours applied to every colour
     */
    void draw(Graphics2D canvas, AffineTransform placement, UnaryOperator<Hsv> colours) {
        AffineTransform before = canvas.getTransform();
        canvas.transform(placement);
        for (Mark mark : marks) {
            canvas.setColor(new Color(colours.apply(mark.colour).argb()));
            if (mark.width > 0) {
                canvas.setStroke(pen(mark.width));
                canvas.draw(mark.path);
            } else {
                canvas.fill(mark.path);
            }
        }
        canvas.setTransform(before);
    }

    /** Draws the silhouette, grown by {@code thickness} on every side, in one colour. */
    void drawOutline(Graphics2D canvas, AffineTransform placement, double thickness, Color colour) {
        AffineTransform before = canvas.getTransform();
        canvas.transform(placement);
        canvas.setColor(colour);
        for (Mark mark : marks) {
            if (mark.outlined) {
                canvas.setStroke(pen(mark.width + 2 * thickness));
                canvas.draw(mark.path);
            }
        }
        canvas.setTransform(before);
    }

    private static BasicStroke pen(double width) {
        return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    private Path2D path(double[] xy, double margin) {
        Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO, xy.length / 2 + 1);
        path.moveTo(xy[0], xy[1]);
        for (int k = 0; k < xy.length; k += 2) {
            if (k > 0) {
                path.lineTo(xy[k], xy[k + 1]);
            }
            cover(xy[k] - margin, xy[k + 1] - margin);
            cover(xy[k] + margin, xy[k + 1] + margin);
        }
        return path;
    }

    private void cover(double x, double y) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
    }

    private static double[] curvePoints(double x0, double y0, double cx, double cy, double x1, double y1) {
        double[] xy = new double[2 * CURVE_POINTS];
        for (int k = 0; k < CURVE_POINTS; k++) {
            double t = k / (CURVE_POINTS - 1.0);
            double u = 1 - t;
            xy[2 * k] = u * u * x0 + 2 * t * u * cx + t * t * x1;
            xy[2 * k + 1] = u * u * y0 + 2 * t * u * cy + t * t * y1;
        }
        return xy;
    }
}
