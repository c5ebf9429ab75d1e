package org.tempera.record.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.testng.annotations.Test;

public class PlotAxisTest {
    @Test
    public void endsAndTicksAreRoundNumbers() {
        PlotAxis y = PlotAxis.around(DoubleStream.of(0.13, Double.NaN, 0.71));
        assertThat(y.low()).isZero();
        assertThat(y.high()).isEqualTo(0.8);
        assertThat(labels(y)).containsExactly("0", "0.2", "0.4", "0.6", "0.8");
        PlotAxis x = PlotAxis.ofWhole(DoubleStream.of(0, 3));
        assertThat(labels(x)).containsExactly("0", "1", "2", "3");
        assertThat(x.share(1.5)).isEqualTo(0.5);
        assertThat(labels(PlotAxis.from(DoubleStream.of(0, 0.3)))).containsExactly("0", "0.1", "0.2", "0.3");
    }

    @Test
    public void largeNumbersAreShort() {
        assertThat(labels(PlotAxis.from(DoubleStream.of(0, 256_000)))).containsExactly("0", "100k", "200k");
        assertThat(labels(PlotAxis.from(DoubleStream.of(0, 2_500_000))))
                .containsExactly("0", "0.5M", "1.0M", "1.5M", "2.0M", "2.5M");
        assertThat(labels(PlotAxis.from(DoubleStream.of(0, 4e-7)))).contains("1.0e-7");
    }

    @Test
    public void aLogarithmicAxisHasPowersOfTenOrWhatIsBetweenThem() {
        PlotAxis many = PlotAxis.logarithmic(DoubleStream.of(0, -3, 64, 2_000_000));
        assertThat(labels(many)).containsExactly("100", "1000", "10000", "100k", "1M");
        assertThat(many.has(0)).isFalse();
        PlotAxis few = PlotAxis.logarithmic(DoubleStream.of(0.02, 0.9));
        assertThat(labels(few)).containsExactly("0.02", "0.05", "0.1", "0.2", "0.5");
        assertThat(few.share(Math.sqrt(0.02 * 0.9))).isBetween(0.499999, 0.500001);
    }

    @Test
    public void nothingAndOneNumberHaveAnAxisToo() {
        for (PlotAxis axis : List.of(
                PlotAxis.around(DoubleStream.empty()),
                PlotAxis.from(DoubleStream.of(5)),
                PlotAxis.ofWhole(DoubleStream.of(-2)),
                PlotAxis.logarithmic(DoubleStream.of(7)),
                PlotAxis.logarithmic(DoubleStream.empty()))) {
            assertThat(axis.high()).isGreaterThan(axis.low());
            assertThat(axis.ticks()).isNotEmpty();
        }
    }

    private static List<String> labels(PlotAxis axis) {
        return Arrays.stream(axis.ticks()).mapToObj(axis::label).toList();
    }
}
