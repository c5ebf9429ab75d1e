package org.tempera.record.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.tempera.record.html.PlotAxis;

/**
 * One vertical scale for charts of the same quantity, so that they can be compared by eye. Of charts that differ much
 * in how far their numbers go, as many share it as are not flat on it; each of the others keeps its own, and says so.
 */
final class SharedScale {
    /** A chart is flat on an axis where its numbers go less far than one over this of it. */
    private static final int FLATTEST = 8;

    private SharedScale() {}

    /**
     * How far the numbers of a chart go.
     *
     * @param place of the chart in the row
     */
    private record Extent(int place, double low, double high) {
        static Extent of(int place, Chart chart) {
            double[] heights = chart.heights().filter(Double::isFinite).toArray();
            return new Extent(
                    place,
                    DoubleStream.of(heights).min().orElse(0),
                    DoubleStream.of(heights).max().orElse(0));
        }

        double span() {
            return high - low;
        }
    }

    /** The same charts in the same order, on shared scales where there are several of one quantity. */
    static List<Chart> of(List<Chart> charts) {
        Map<String, List<Extent>> byQuantity = new LinkedHashMap<>();
        for (int i = 0; i < charts.size(); i++) {
            byQuantity
                    .computeIfAbsent(charts.get(i).quantity(), q -> new ArrayList<>())
                    .add(Extent.of(i, charts.get(i)));
        }
        List<Chart> scaled = new ArrayList<>(charts);
        for (List<Extent> alike : byQuantity.values()) {
            List<Extent> sharing = sharing(alike);
            if (sharing.isEmpty()) {
                continue;
            }
            PlotAxis axis = around(sharing);
            for (Extent e : alike) {
                Chart chart = charts.get(e.place());
                scaled.set(e.place(), sharing.contains(e) ? chart.on(axis) : chart.onItsOwn());
            }
        }
        return scaled;
    }

    private static PlotAxis around(List<Extent> some) {
        return PlotAxis.around(some.stream().flatMapToDouble(e -> DoubleStream.of(e.low(), e.high())));
    }

    /** The most of them, two at least, of which none is flat on an axis around all; empty where there are none. */
    private static List<Extent> sharing(List<Extent> alike) {
        List<Extent> bySpan =
                alike.stream().sorted(Comparator.comparingDouble(Extent::span)).toList();
        for (int n = bySpan.size(); n > 1; n--) {
            for (int first = 0; first + n <= bySpan.size(); first++) {
                List<Extent> some = bySpan.subList(first, first + n);
                PlotAxis axis = around(some);
                if (FLATTEST * some.get(0).span() >= axis.high() - axis.low()) {
                    return some;
                }
            }
        }
        return List.of();
    }
}
