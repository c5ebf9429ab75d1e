package org.tempera.record.compare;

import java.util.Arrays;
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

    /** The same at the places that have a value, and a number on an axis that is above those before. */
    Line on(Axis axis) {
        int[] kept = new int[values.length];
        int count = 0;
        double before = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < values.length; i++) {
            double x = x(axis, places.get(i));
            if (Double.isFinite(values[i]) && Double.isFinite(x) && x > before) {
                kept[count++] = i;
                before = x;
            }
        }
        return at(Arrays.copyOf(kept, count));
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
