package org.tempera.record.compare;

import java.util.List;

/**
 * Two numbers of the same weights, one beside the other: what a group gives of the one for the other as it goes on.
 *
 * @param points by ascending epoch, at which all seeds were measured
 */
public record Trade(Measure x, Measure y, List<Point> points) {
    /** Both at the same epoch. */
    public record Point(int epoch, Summary x, Summary y) {}

    public Trade {
        points = List.copyOf(points);
    }
}
