package org.tempera.record.page;

import java.util.List;
import java.util.OptionalInt;

/**
 * Numbers of a chart that belong together.
 *
 * @param name in the legend
 * @param kind how they are drawn
 * @param group number of the pictures' group that its points lead to; empty if they lead nowhere
 * @param points by ascending x; a chart leaves out those that are not finite
 */
record Series(String name, Look look, Kind kind, OptionalInt group, List<Point> points) {
    /** How numbers are drawn. */
    enum Kind {
        /** Points, a line through them, and a band of their intervals. */
        LINE,
        /** Points alone. */
        DOTS,
        /** A fine line without points, which was fitted to the numbers before it and comes and goes with them. */
        CURVE
    }

    /**
     * One place.
     *
     * @param x along
     * @param y up
     * @param lower end of the interval of y; NaN where there is none
     * @param upper end of the same
     * @param epoch whose pictures a click shows; empty if there are none
     */
    record Point(double x, double y, double lower, double upper, OptionalInt epoch) {
        /** Without an interval. */
        static Point of(double x, double y) {
            return new Point(x, y, Double.NaN, Double.NaN, OptionalInt.empty());
        }

        boolean hasInterval() {
            return Double.isFinite(lower) && Double.isFinite(upper);
        }
    }

    Series {
        points = List.copyOf(points);
    }

    /** A line whose points lead nowhere. */
    Series(String name, Look look, Kind kind, List<Point> points) {
        this(name, look, kind, OptionalInt.empty(), points);
    }
}
