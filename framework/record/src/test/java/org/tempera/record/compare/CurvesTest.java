package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.tempera.record.statistics.StratifiedBootstrap;
import org.testng.annotations.Test;

public class CurvesTest {
    /** Seconds are each run's own, so that three runs have more places than the 24 of a curve. */
    @Test
    public void theLastPlaceIsWhereTheFirstSeedEnds() {
        double from = 14.6;
        double to = 437.4;
        assertThat(from + (to - from) * 23 / 23).isGreaterThan(to);
        List<Line> lines = List.of(line(from, to), line(from - 1, to), line(from - 2, to));
        Curve curve = new Curves(new Summaries(StratifiedBootstrap.of(1)))
                .of(Measure.of(Measure.Kind.TRUTH, "gold"), Axis.SECONDS, lines)
                .orElseThrow();
        Curve.Point last = curve.points().get(curve.points().size() - 1);
        assertThat(last.x()).isEqualTo(to);
        assertThat(last.y().mean().value()).isEqualTo(10);
    }

    private static Line line(double from, double to) {
        List<ComparedRun.Spent> places = IntStream.rangeClosed(0, 10)
                .mapToObj(i -> new ComparedRun.Spent(i, i, i == 10 ? to : from + (to - from) * i / 10, i))
                .toList();
        return new Line(places, IntStream.rangeClosed(0, 10).asDoubleStream().toArray());
    }
}
