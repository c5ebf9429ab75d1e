package org.tempera.record.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.tempera.record.html.Markup;
import org.tempera.record.html.PlotAxis;
import org.tempera.record.verdict.Estimate;

/**
 * A chart as inline SVG: lines with bands and points, and a legend that can be read without colour. A text says the
 * same in words. Without scripts it is all there; with the page's script one walks its points by keys, and hides lines
 * by the legend.
 *
 * @param title what is seen
 * @param along what x is, with its unit
 * @param up what y is, with its unit
 * @param quantity what y is, whatever it was measured on: charts of one quantity can be compared by height
 * @param logarithmic whether x is drawn by ratios; points at 0 or below are left out then
 * @param series what is drawn
 * @param marks lines across it
 * @param shared the axis of y, with other charts; empty where it is around the chart's own numbers
 */
record Chart(
        String title,
        String along,
        String up,
        String quantity,
        boolean logarithmic,
        List<Series> series,
        List<Mark> marks,
        Optional<PlotAxis> shared)
        implements Block {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 270;
    private static final int LEFT = 54;
    private static final int RIGHT = 14;
    private static final int TOP = 30;
    private static final int BOTTOM = 36;
    /** Of more points in a chart, every so-manieth of a line is marked. A mark takes some 120 bytes. */
    private static final int MARKED_POINTS = 240;

    /**
     * A line from below to above, such as where a fall began.
     *
     * @param label beside it
     * @param x where
     */
    record Mark(String label, double x) {}

    Chart {
        series = series.stream()
                .map(s -> drawn(s, logarithmic))
                .filter(s -> !s.points().isEmpty())
                .toList();
        marks = marks.stream().filter(m -> Double.isFinite(m.x())).toList();
    }

    /** A chart with a vertical axis of its own. */
    Chart(String title, String along, String up, boolean logarithmic, List<Series> series, List<Mark> marks) {
        this(title, along, up, up, logarithmic, series, marks, Optional.empty());
    }

    /** A chart with a linear axis and no marks. */
    Chart(String title, String along, String up, List<Series> series) {
        this(title, along, up, false, series, List.of());
    }

    /** The same, which shows a quantity that others show, too. */
    Chart of(String what) {
        return new Chart(title, along, up, what, logarithmic, series, marks, shared);
    }

    /** The same on an axis that others have, too. */
    Chart on(PlotAxis axis) {
        return new Chart(title, along, up, quantity, logarithmic, series, marks, Optional.of(axis));
    }

    /** The same among charts on a shared axis, which it is not on. */
    Chart onItsOwn() {
        return new Chart(title, along, up + " (own scale)", quantity, logarithmic, series, marks, Optional.empty());
    }

    /** All that its vertical axis is around; some are not finite. */
    DoubleStream heights() {
        return DoubleStream.concat(
                all(Series.Point::y), DoubleStream.concat(all(Series.Point::lower), all(Series.Point::upper)));
    }

    /** The same without the points that have no place. */
    private static Series drawn(Series s, boolean logarithmic) {
        return new Series(
                s.name(),
                s.look(),
                s.kind(),
                s.group(),
                s.points().stream()
                        .filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y()) && (!logarithmic || p.x() > 0))
                        .toList());
    }

    @Override
    public boolean isEmpty() {
        return series.isEmpty();
    }

    @Override
    public void write(Markup out) {
        PlotAxis x = logarithmic ? PlotAxis.logarithmic(all(Series.Point::x)) : PlotAxis.from(all(Series.Point::x));
        PlotAxis y = shared.orElseGet(() -> PlotAxis.around(heights()));
        out.open("figure", "class", "plot").element("figcaption", title);
        out.open(
                "svg",
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "role",
                "group",
                "aria-label",
                title + ": " + up + " against " + along,
                "class",
                "chart");
        grid(out, x, y);
        for (Mark mark : marks) {
            mark(out, mark, x);
        }
        int entry = 0;
        int every = 1 + (markable() - 1) / MARKED_POINTS;
        for (int i = 0; i < series.size(); i++) {
            entry = series.get(i).kind() == Series.Kind.CURVE ? entry : i;
            draw(out, series.get(i), entry, every, x, y);
        }
        out.close();
        legend(out);
        out.element("p", "", "class", "readout", "role", "status");
        out.open("details", "class", "words").element("summary", "In words").open("ul");
        words().forEach(w -> out.element("li", w));
        out.close().close().close();
    }

    private int markable() {
        return series.stream()
                .filter(s -> s.kind() != Series.Kind.CURVE)
                .mapToInt(s -> s.points().size())
                .sum();
    }

    private DoubleStream all(ToDoubleFunction<Series.Point> number) {
        return series.stream().flatMapToDouble(s -> s.points().stream().mapToDouble(number));
    }

    /** What is seen, a sentence for each line and mark. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        for (Series s : series) {
            List<Series.Point> points = s.points();
            Series.Point first = points.get(0);
            Series.Point last = points.get(points.size() - 1);
            if (points.size() == 1) {
                words.add(s.name() + ": " + place(first) + ".");
                continue;
            }
            Comparator<Series.Point> byHeight = Comparator.comparingDouble(Series.Point::y);
            words.add(s.name() + ": from " + place(first) + " to " + place(last) + "; highest "
                    + place(points.stream().max(byHeight).orElseThrow()) + ", lowest "
                    + place(points.stream().min(byHeight).orElseThrow()) + ".");
        }
        marks.forEach(m -> words.add(m.label() + ": at " + Estimate.number(m.x()) + "."));
        return words;
    }

    private static String place(Series.Point p) {
        return value(p) + " at " + along(p.x());
    }

    private static String value(Series.Point p) {
        return Estimate.number(p.y())
                + (p.hasInterval() ? " [" + Estimate.number(p.lower()) + ", " + Estimate.number(p.upper()) + "]" : "");
    }

    private static String along(double x) {
        return x == Math.rint(x) && Math.abs(x) < 1e15
                ? String.format(Locale.ROOT, "%,d", (long) x)
                : Estimate.number(x);
    }

    private void legend(Markup out) {
        out.open("ul", "class", "legend");
        for (int i = 0; i < series.size(); i++) {
            Series s = series.get(i);
            if (s.kind() == Series.Kind.CURVE) {
                continue;
            }
            out.open("li", "data-s", Integer.toString(i));
            s.look().swatch(out, s.kind());
            out.element("span", s.name()).close();
        }
        out.close();
    }

    private static double px(PlotAxis x, double value) {
        return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double py(PlotAxis y, double value) {
        return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    /** To a tenth: a page has some ten thousand of them, and formatters take their time. */
    private static String n(double pixels) {
        long tenths = Math.round(pixels * 10);
        String whole = (tenths < 0 ? "-" : "") + Math.abs(tenths / 10);
        return tenths % 10 == 0 ? whole : whole + "." + Math.abs(tenths % 10);
    }

    private void grid(Markup out, PlotAxis x, PlotAxis y) {
        out.open("g", "aria-hidden", "true");
        out.element("text", up, "class", "tick", "x", "2", "y", "13");
        for (double tick : y.ticks()) {
            String at = n(py(y, tick));
            out.empty(
                    "line",
                    "class",
                    tick == 0 ? "zero" : "grid",
                    "x1",
                    n(LEFT),
                    "x2",
                    n(WIDTH - RIGHT),
                    "y1",
                    at,
                    "y2",
                    at);
            out.element("text", y.label(tick), "class", "tick end", "x", n(LEFT - 7), "y", n(py(y, tick) + 3.5));
        }
        for (double tick : x.ticks()) {
            String at = n(px(x, tick));
            out.empty(
                    "line",
                    "class",
                    "grid",
                    "x1",
                    at,
                    "x2",
                    at,
                    "y1",
                    n(HEIGHT - BOTTOM),
                    "y2",
                    n(HEIGHT - BOTTOM + 4));
            out.element("text", x.label(tick), "class", "tick mid", "x", at, "y", n(HEIGHT - BOTTOM + 16));
        }
        out.element(
                "text",
                along + (logarithmic ? " (log scale)" : ""),
                "class",
                "tick end",
                "x",
                n(WIDTH - RIGHT),
                "y",
                n(HEIGHT - 5));
        out.close();
    }

    private static void mark(Markup out, Mark mark, PlotAxis x) {
        if (!x.has(mark.x()) || mark.x() < x.low() || mark.x() > x.high()) {
            return;
        }
        double at = px(x, mark.x());
        boolean right = at > WIDTH / 2.0;
        out.open("g", "class", "mark");
        out.empty("line", "x1", n(at), "x2", n(at), "y1", n(TOP - 4), "y2", n(HEIGHT - BOTTOM));
        out.element(
                "text",
                mark.label(),
                "class",
                right ? "tick end" : "tick",
                "x",
                n(at + (right ? -5 : 5)),
                "y",
                n(TOP + 6));
        out.close();
    }

    /**
     * @param entry of the legend that it belongs to
     * @param every so-manieth point is marked
     */
    private static void draw(Markup out, Series s, int entry, int every, PlotAxis x, PlotAxis y) {
        out.open(
                "g",
                "class",
                "series " + s.look().style(),
                "data-s",
                Integer.toString(entry),
                "data-g",
                s.group().isPresent() ? Integer.toString(s.group().getAsInt()) : "");
        if (s.kind() == Series.Kind.LINE) {
            band(out, s, x, y);
        }
        if (s.kind() != Series.Kind.DOTS) {
            StringBuilder path = new StringBuilder();
            for (Series.Point p : s.points()) {
                path.append(path.isEmpty() ? 'M' : 'L')
                        .append(n(px(x, p.x())))
                        .append(' ')
                        .append(n(py(y, p.y())));
            }
            out.empty(
                    "path",
                    "class",
                    s.kind() == Series.Kind.CURVE ? "curve" : "line",
                    "d",
                    path.toString(),
                    "stroke-dasharray",
                    s.look().dashes());
        }
        if (s.kind() != Series.Kind.CURVE) {
            points(out, s, every, x, y);
        }
        out.close();
    }

    private static void band(Markup out, Series s, PlotAxis x, PlotAxis y) {
        StringBuilder there = new StringBuilder();
        List<String> back = new ArrayList<>();
        int ends = 0;
        for (Series.Point p : s.points()) {
            if (p.hasInterval()) {
                String at = n(px(x, p.x()));
                there.append(at).append(',').append(n(py(y, p.upper()))).append(' ');
                back.add(0, at + "," + n(py(y, p.lower())));
                ends++;
            }
        }
        if (ends > 1) {
            out.empty("polygon", "class", "band", "points", there + String.join(" ", back));
        } else if (ends == 1) {
            Series.Point p = s.points().stream()
                    .filter(Series.Point::hasInterval)
                    .findFirst()
                    .orElseThrow();
            String at = n(px(x, p.x()));
            out.empty(
                    "line",
                    "class",
                    "whisker",
                    "x1",
                    at,
                    "x2",
                    at,
                    "y1",
                    n(py(y, p.lower())),
                    "y2",
                    n(py(y, p.upper())));
        }
    }

    private static void points(Markup out, Series s, int every, PlotAxis x, PlotAxis y) {
        for (int i = 0; i < s.points().size(); i += every) {
            Series.Point p = s.points().get(i);
            boolean leads = s.group().isPresent() && p.epoch().isPresent();
            out.open(
                    "g",
                    "class",
                    "pt",
                    "data-e",
                    leads ? Integer.toString(p.epoch().getAsInt()) : "");
            out.element(
                    "title",
                    place(p) + (p.epoch().isPresent() ? ", epoch " + p.epoch().getAsInt() : ""));
            s.look().point(out, n(px(x, p.x())), n(py(y, p.y())));
            out.close();
        }
    }
}
