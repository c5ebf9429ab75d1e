package org.tempera.record.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.tempera.record.html.Html;
import org.tempera.record.html.PlotAxis;
import org.tempera.record.verdict.Estimate;

/**
 * Draws lines over epochs as inline SVG, with bands of intervals where there are any. Colours come from the page's
 * style sheet, so that it follows a dark theme. A number that is not finite leaves a gap.
 */
final class SvgPlot {
    private static final int NARROW = 460;
    private static final int WIDE = 940;
    private static final int HEIGHT = 250;
    private static final int LEFT = 54;
    private static final int RIGHT = 14;
    private static final int TOP = 14;
    private static final int BOTTOM = 34;
    private static final int MARKED_POINTS = 60;

    private final String title;
    private final List<Line> lines = new ArrayList<>();
    private boolean wide;

    /** One line; lower and upper are empty where it has no band. */
    private record Line(String label, int colour, double[] x, double[] y, double[] lower, double[] upper) {}

    SvgPlot(String title) {
        this.title = title;
    }

    /** Lets it take the whole width of the page; for a phone it is drawn a second time, like the others. */
    SvgPlot wide() {
        wide = true;
        return this;
    }

    /** Adds a line. @param colour 1 to 6 */
    SvgPlot line(String label, int colour, double[] x, double[] y) {
        lines.add(new Line(label, colour, x, y, new double[0], new double[0]));
        return this;
    }

    /** Adds a line with its intervals. @param colour 1 to 6 */
    SvgPlot line(String label, int colour, double[] x, List<Estimate> y) {
        lines.add(new Line(
                label,
                colour,
                x,
                y.stream().mapToDouble(Estimate::rounded).toArray(),
                y.stream().mapToDouble(Estimate::lower).toArray(),
                y.stream().mapToDouble(Estimate::upper).toArray()));
        return this;
    }

    /** The figure as HTML; nothing if no line has a finite number. */
    String render() {
        PlotAxis x = PlotAxis.ofWhole(lines.stream().flatMapToDouble(l -> DoubleStream.of(l.x())));
        PlotAxis y = PlotAxis.around(lines.stream()
                .flatMap(l -> Stream.of(l.y(), l.lower(), l.upper()))
                .flatMapToDouble(DoubleStream::of));
        if (lines.stream().allMatch(l -> DoubleStream.of(l.y()).noneMatch(Double::isFinite))) {
            return "";
        }
        String caption = "<figcaption>" + Html.escape(title) + legend() + "</figcaption>";
        return wide
                ? "<figure class=\"plot wide\">" + caption + svg(" class=\"broad\"", WIDE, x, y)
                        + svg(" class=\"slim\"", NARROW, x, y) + "</figure>\n"
                : "<figure class=\"plot\">" + caption + svg("", NARROW, x, y) + "</figure>\n";
    }

    private String svg(String kind, int width, PlotAxis x, PlotAxis y) {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg%s viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
                kind,
                width,
                HEIGHT,
                Html.escape(title)));
        grid(svg, width, x, y);
        for (Line line : lines) {
            draw(svg, line, width, x, y);
        }
        return svg.append("</svg>").toString();
    }

    private String legend() {
        if (lines.size() < 2) {
            return "";
        }
        StringBuilder legend = new StringBuilder();
        for (Line line : lines) {
            legend.append(String.format(
                    Locale.ROOT,
                    "<span class=\"key\"><i class=\"s%d\"></i>%s</span>",
                    line.colour(),
                    Html.escape(line.label())));
        }
        return legend.toString();
    }

    private static double px(int width, PlotAxis x, double value) {
        return LEFT + x.share(value) * (width - LEFT - RIGHT);
    }

    private static double py(PlotAxis y, double value) {
        return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static void grid(StringBuilder svg, int width, PlotAxis x, PlotAxis y) {
        for (double tick : y.ticks()) {
            double at = py(y, tick);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                            + "<text class=\"tick end\" x=\"%d\" y=\"%.1f\">%s</text>\n",
                    tick == 0 ? "zero" : "grid",
                    LEFT,
                    width - RIGHT,
                    at,
                    at,
                    LEFT - 7,
                    at + 3.5,
                    y.label(tick)));
        }
        for (double tick : x.ticks()) {
            if (tick == Math.rint(tick)) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<text class=\"tick mid\" x=\"%.1f\" y=\"%d\">%s</text>\n",
                        px(width, x, tick),
                        HEIGHT - BOTTOM + 16,
                        x.label(tick)));
            }
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"tick mid\" x=\"%.1f\" y=\"%d\">epoch</text>\n",
                (LEFT + width - RIGHT) / 2.0,
                HEIGHT - 4));
    }

    private static void draw(StringBuilder svg, Line line, int width, PlotAxis x, PlotAxis y) {
        String style = "s" + line.colour();
        band(svg, line, style, width, x, y);
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        int finite = 0;
        for (int i = 0; i < line.x().length; i++) {
            if (!Double.isFinite(line.y()[i])) {
                pen = false;
                continue;
            }
            path.append(String.format(
                    Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", px(width, x, line.x()[i]), py(y, line.y()[i])));
            pen = true;
            finite++;
        }
        svg.append("<path class=\"line ")
                .append(style)
                .append("\" d=\"")
                .append(path)
                .append("\"/>\n");
        if (finite > MARKED_POINTS) {
            return;
        }
        for (int i = 0; i < line.x().length; i++) {
            if (Double.isFinite(line.y()[i])) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.4\"><title>%s, epoch %d: %s</title></circle>\n",
                        style,
                        px(width, x, line.x()[i]),
                        py(y, line.y()[i]),
                        Html.escape(line.label()),
                        (long) line.x()[i],
                        Estimate.number(line.y()[i])));
            }
        }
    }

    private static void band(StringBuilder svg, Line line, String style, int width, PlotAxis x, PlotAxis y) {
        StringBuilder there = new StringBuilder();
        List<String> back = new ArrayList<>();
        for (int i = 0; i < line.lower().length; i++) {
            if (Double.isFinite(line.lower()[i]) && Double.isFinite(line.upper()[i])) {
                double at = px(width, x, line.x()[i]);
                there.append(String.format(Locale.ROOT, "%.1f,%.1f ", at, py(y, line.upper()[i])));
                back.add(String.format(Locale.ROOT, "%.1f,%.1f", at, py(y, line.lower()[i])));
            }
        }
        if (there.length() > 0) {
            svg.append("<polygon class=\"band ").append(style).append("\" points=\"");
            Collections.reverse(back);
            svg.append(there).append(String.join(" ", back)).append("\"/>\n");
        }
    }
}
