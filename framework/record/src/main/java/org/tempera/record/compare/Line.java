package org.tempera.record.compare;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.record.verdict.Estimate;

/**
 * A number of one run as it went on.
 *
 * @param places where it was measured, by ascending epoch
 * @param values one for each place; NaN where there is none
 * @param pictures their intervals over pictures; empty of what is not measured of pictures
 */
record Line(List<ComparedRun.Spent> places, double[] values, Optional<List<Estimate>> pictures) {
    Line(List<ComparedRun.Spent> places, double[] values) {
        this(places, values, Optional.empty());
    }

    /** Of means over pictures. */
    static Line of(List<ComparedRun.Spent> places, List<Estimate> means) {
        return new Line(places, means.stream().mapToDouble(Estimate::mean).toArray(), Optional.of(List.copyOf(means)));
    }

    /** The same at the places that have a number on an axis and a value. */
    Line on(Axis axis) {
        int[] kept = IntStream.range(0, values.length)
                .filter(i -> Double.isFinite(values[i]) && Double.isFinite(x(axis, places.get(i))))
                .toArray();
        return at(kept);
    }

    /** The same at some of its places. */
    Line at(int[] kept) {
        return new Line(
                IntStream.of(kept).mapToObj(places::get).toList(),
                IntStream.of(kept).mapToDouble(i -> values[i]).toArray(),
                pictures.map(p -> IntStream.of(kept).mapToObj(p::get).toList()));
    }

    double[] xs(Axis axis) {
        return places.stream().mapToDouble(p -> x(axis, p)).toArray();
    }

    /** The value at an epoch; NaN where there is none. */
    double atEpoch(int epoch) {
        for (int i = 0; i < values.length; i++) {
            if (places.get(i).epoch() == epoch) {
                return values[i];
            }
        }
        return Double.NaN;
    }

    static double x(Axis axis, ComparedRun.Spent place) {
        return switch (axis) {
            case EPOCHS -> place.epoch();
            case QUERIES -> place.queries();
            case SECONDS -> place.seconds();
        };
    }
}
