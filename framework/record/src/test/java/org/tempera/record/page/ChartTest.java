package org.tempera.record.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.tempera.record.html.Markup;
import org.tempera.record.html.PlotAxis;
import org.testng.annotations.Test;

public class ChartTest {
    private static final double NAN = Double.NaN;

    private static String html(Block block) {
        Markup out = new Markup();
        block.write(out);
        return out.toString();
    }

    private static Series line(String name, double... xy) {
        return new Series(
                name,
                Look.of(0),
                Series.Kind.LINE,
                IntStream.range(0, xy.length / 2)
                        .mapToObj(i -> Series.Point.of(xy[2 * i], xy[2 * i + 1]))
                        .toList());
    }

    @Test
    public void saysInWordsWhatItShows() {
        Chart chart = new Chart(
                "t",
                "queries",
                "gold",
                false,
                List.of(line("ddpo", 0, 0.5, 2560, 0.7, 5120, 0.4)),
                List.of(new Chart.Mark("fell", 2560)));
        assertThat(chart.words())
                .containsExactly(
                        "ddpo: from 0.500 at 0 to 0.400 at 5,120; highest 0.700 at 2,560, lowest 0.400 at 5,120.",
                        "fell: at 2560.0.");
        assertThat(html(chart)).contains("<li>ddpo: from", ">fell</text>", ">queries</text>", ">gold</text>");
    }

    @Test
    public void drawsBandsOfIntervalsAndLeadsToPictures() {
        Series.Point first = new Series.Point(0, 1, 0.5, 1.5, OptionalInt.of(0));
        Series.Point second = new Series.Point(10, 2, 1.5, 2.5, OptionalInt.of(5));
        Series series = new Series("a", Look.of(3), Series.Kind.LINE, OptionalInt.of(7), List.of(first, second));
        assertThat(html(new Chart("t", "x", "y", List.of(series))))
                .contains("<polygon class=\"band\"")
                .contains("data-s=\"0\" data-g=\"7\"", "<g class=\"pt\" data-e=\"5\">")
                .contains("<title>2.000 [1.500, 2.500] at 10, epoch 5</title><use href=\"#m3\"")
                .contains("stroke-dasharray=\"9 3 2 3\"");
        assertThat(html(new Chart("t", "x", "y", List.of(line("a", 0, 1, 2, 3)))))
                .doesNotContain("data-g", "data-e", "polygon", "stroke-dasharray");
    }

    @Test
    public void oddNumbersAreLeftOut() {
        assertThat(new Chart("t", "x", "y", List.of(line("a", NAN, 1, 2, NAN)))).matches(Chart::isEmpty);
        assertThat(new Chart("t", "x", "y", true, List.of(line("a", 0, 1, -2, 3)), List.of()))
                .matches(Chart::isEmpty);
        for (Chart chart : List.of(
                new Chart("t", "x", "y", List.of(line("<a>", 0, 0))),
                new Chart("t", "x", "y", List.of(line("a", 1, 1e9, 2, 1e9, 3, Double.POSITIVE_INFINITY))),
                new Chart("t", "x", "y", List.of(line("a", -1e-9, -1e-9, 2e-9, 0))),
                new Chart("t", "x", "y", true, List.of(line("a", 0, 1, 0.1, 1, 1000, 2)), List.of()),
                new Chart("t", "x", "y", false, List.of(line("a", 0, 1, 5, 2)), List.of(new Chart.Mark("m", NAN))))) {
            assertThat(html(chart))
                    .doesNotContain("NaN", "Infinity", "<a>", "\u221e")
                    .contains("<svg");
        }
    }

    /** A curve that was fitted goes with the line before it. */
    @Test
    public void aFittedCurveHasNoEntryOfItsOwn() {
        Series fit = new Series(
                "a, fit", Look.of(0), Series.Kind.CURVE, line("", 0, 0, 1, 1).points());
        String html = html(new Chart("t", "x", "y", List.of(line("a", 0, 0, 1, 2), fit, line("b", 0, 0, 1, 3))));
        assertThat(html.split("<li data-s", -1)).hasSize(3);
        assertThat(html.split("<g class=\"series k1\" data-s=\"0\"", -1)).hasSize(3);
        assertThat(html).contains("<li data-s=\"2\"");
    }

    private static Chart chart(String quantity, double low, double high) {
        return new Chart("t", "x", "y", List.of(line("a", 0, low, 1, high))).of(quantity);
    }

    /** The ends of the vertical axes of charts beside each other. */
    private static List<List<Double>> ends(Chart... charts) {
        return new Plots("", List.of(charts))
                .charts().stream()
                        .map(c -> c.shared().orElseGet(() -> PlotAxis.around(c.heights())))
                        .map(axis -> List.of(axis.low(), axis.high()))
                        .toList();
    }

    @Test
    public void chartsOfOneQuantityBesideEachOtherShareAScale() {
        assertThat(ends(chart("gold", 0, 1), chart("reward", 0, 30), chart("gold", -2, 0.5)))
                .containsExactly(List.of(-2.0, 1.0), List.of(0.0, 30.0), List.of(-2.0, 1.0));
        String html = html(new Plots("", List.of(chart("gold", 0, 1), chart("gold", -2, 0.5))));
        assertThat(html.split(">-2</text>|>-2.0</text>", -1))
                .as("a tick of both")
                .hasSize(3);
        assertThat(html).doesNotContain("own scale");
    }

    @Test
    public void aChartThatWouldBeFlatOrMakeOthersFlatKeepsItsOwnScaleAndSaysSo() {
        Plots plots = new Plots(
                "",
                List.of(
                        chart("gold", 0, 1),
                        chart("gold", 0, 100),
                        chart("gold", 0, 9),
                        chart("gold", 0, 0.1),
                        chart("gold", 7, 10)));
        assertThat(plots.charts())
                .extracting(Chart::up)
                .containsExactly("y (own scale)", "y (own scale)", "y", "y (own scale)", "y");
        assertThat(plots.charts().get(2).shared())
                .isEqualTo(plots.charts().get(4).shared())
                .isPresent();
        assertThat(html(plots.charts().get(1))).contains("aria-label=\"t: y (own scale) against x\"", ">100</text>");
        assertThat(new Plots("", List.of(chart("gold", 0, 1), chart("gold", 0, 9))).charts())
                .as("nothing is shared")
                .allMatch(c -> c.shared().isEmpty() && c.up().equals("y"));
    }

    @Test
    public void linesDifferWithoutColourToo() {
        Set<String> grey = new HashSet<>();
        Set<Look> looks = new HashSet<>();
        for (int i = 0; i < 35; i++) {
            assertThat(grey.add(Look.of(i).dashes() + "/" + Look.of(i).shape())).isTrue();
            assertThat(looks.add(Look.of(i))).isTrue();
            assertThat(Look.of(i).colour()).isBetween(1, Look.COLOURS);
        }
        assertThat(looks).doesNotContain(Look.ofControl(0));
    }

    @Test
    public void tintsGoWithTheSignAndTheSize() {
        assertThat(HeatTable.tint(1, 1)).isEqualTo("more5");
        assertThat(HeatTable.tint(-0.5, 1)).isEqualTo("less4");
        assertThat(HeatTable.tint(0.005, 1)).isEmpty();
        assertThat(HeatTable.tint(NAN, 1)).isEmpty();
        assertThat(HeatTable.tint(0, 0)).isEmpty();
    }
}
