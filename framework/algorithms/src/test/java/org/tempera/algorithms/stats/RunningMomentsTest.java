package org.tempera.algorithms.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.testng.annotations.Test;

public class RunningMomentsTest {
    @Test
    public void agreesWithCommonsMathFarFromZero() {
        double[] x = new Random(1).doubles(10_000).map(v -> 1e8 + v).toArray();
        RunningMoments m = RunningMoments.of(x);
        assertThat(m.mean()).isCloseTo(new Mean().evaluate(x), offset(1e-7));
        assertThat(m.populationVariance()).isCloseTo(new Variance(false).evaluate(x), offset(1e-7));
        assertThat(m.sampleDeviation()).isCloseTo(Math.sqrt(new Variance(true).evaluate(x)), offset(1e-7));
    }

    @Test
    public void mergesAsOneStream() {
        double[] x = new Random(2).doubles(101).toArray();
        RunningMoments m = RunningMoments.of(Arrays.copyOf(x, 30));
        m.merge(RunningMoments.of(Arrays.copyOfRange(x, 30, 101)));
        m.merge(new RunningMoments());
        RunningMoments all = RunningMoments.of(x);
        assertThat(m.count()).isEqualTo(101);
        assertThat(m.mean()).isCloseTo(all.mean(), offset(1e-14));
        assertThat(m.populationVariance()).isCloseTo(all.populationVariance(), offset(1e-14));
    }

    @Test
    public void mergesWithItself() {
        RunningMoments m = RunningMoments.of(1, 3);
        m.merge(m);
        assertThat(m.count()).isEqualTo(4);
        assertThat(m.mean()).isEqualTo(2);
        assertThat(m.populationVariance()).isEqualTo(1);
    }

    @Test
    public void restoresBitForBit() {
        double[] x = new Random(3).doubles(40).toArray();
        RunningMoments never = RunningMoments.of(x);
        RunningMoments first = RunningMoments.of(Arrays.copyOf(x, 17));
        RunningMoments second = new RunningMoments();
        second.restore(first.state());
        second.addAll(Arrays.copyOfRange(x, 17, 40));
        assertThat(second.state()).isEqualTo(never.state());
    }

    @Test
    public void emptyAndSingle() {
        assertThat(new RunningMoments().populationDeviation()).isZero();
        assertThat(RunningMoments.of(5).sampleDeviation()).isZero();
        assertThatThrownBy(() -> new RunningMoments().restore(Map.of("count", "many")))
                .hasMessage("expected a number at 'count', found a text");
    }
}
