package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes one curve of the lines of a group's seeds. */
final class Curves {
    /** Places of a curve whose seeds were measured at unlike ones. */
    private static final int MOST_PLACES = 24;

    private final Summaries summaries;

    Curves(Summaries summaries) {
        this.summaries = summaries;
    }

    /** A curve, empty if no seed has the number on this axis. @param lines one for each seed */
    Optional<Curve> of(Measure measure, Axis axis, List<Line> lines) {
        List<Line> having = lines.stream()
                .map(line -> line.on(axis))
                .filter(line -> line.values().length > 0)
                .toList();
        if (having.isEmpty()) {
            return Optional.empty();
        }
        List<double[]> xs = having.stream().map(line -> line.xs(axis)).toList();
        List<Curve.Point> points = new ArrayList<>();
        if (xs.stream().allMatch(x -> Arrays.equals(x, xs.get(0)))) {
            for (int i = 0; i < xs.get(0).length; i++) {
                points.add(new Curve.Point(xs.get(0)[i], at(having, i)));
            }
        } else {
            for (double x : commonPlaces(xs)) {
                double[] values = IntStream.range(0, having.size())
                        .mapToDouble(run -> between(xs.get(run), having.get(run).values(), x))
                        .toArray();
                points.add(new Curve.Point(x, summaries.of(values)));
            }
        }
        return points.isEmpty() ? Optional.empty() : Optional.of(new Curve(measure, axis, points));
    }

    /** At a place that all have. */
    private Summary at(List<Line> lines, int place) {
        if (lines.size() == 1 && lines.get(0).pictures().isPresent()) {
            return Summary.overPictures(lines.get(0).pictures().get().get(place));
        }
        return summaries.of(
                lines.stream().mapToDouble(line -> line.values()[place]).toArray());
    }

    /** All places between where the last seed begins and where the first one ends. */
    private static double[] commonPlaces(List<double[]> xs) {
        double from = xs.stream().mapToDouble(x -> x[0]).max().orElseThrow();
        double to = xs.stream().mapToDouble(x -> x[x.length - 1]).min().orElseThrow();
        if (to < from) {
            return new double[0];
        }
        double[] all = xs.stream()
                .flatMapToDouble(Arrays::stream)
                .filter(x -> x >= from && x <= to)
                .sorted()
                .distinct()
                .toArray();
        return all.length <= MOST_PLACES
                ? all
                : IntStream.range(0, MOST_PLACES)
                        // Rounding may come out beyond the last place, where a seed has no value.
                        .mapToDouble(i -> Math.min(to, from + (to - from) * i / (MOST_PLACES - 1)))
                        .toArray();
    }

    /** A line's value at a place between its first and its last. */
    private static double between(double[] xs, double[] ys, double x) {
        int at = Arrays.binarySearch(xs, x);
        if (at >= 0) {
            return ys[at];
        }
        int after = -at - 1;
        int before = after - 1;
        return ys[before] + (ys[after] - ys[before]) * (x - xs[before]) / (xs[after] - xs[before]);
    }
}
