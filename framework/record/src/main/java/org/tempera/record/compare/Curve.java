package org.tempera.record.compare;

import java.util.List;

/**
 * How a number of a group's runs went. Where all seeds were measured at the same places, these are the points; where
 * not, as of seconds, every seed's line is read at common places, and only where all seeds have one.
 *
 * @param points by ascending x
 */
public record Curve(Measure measure, Axis axis, List<Point> points) {
    /**
     * One place.
     *
     * @param x on the axis
     * @param y over the seeds there
     */
    public record Point(double x, Summary y) {}

    public Curve {
        points = List.copyOf(points);
    }
}
