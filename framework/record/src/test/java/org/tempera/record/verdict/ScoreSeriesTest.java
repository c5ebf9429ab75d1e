package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ScoreSeriesTest {
    private static final double NONE = Double.NaN;

    @DataProvider
    public Object[][] series() {
        return new Object[][] {
            {new double[] {1, 3, 2}, 0, 3, 1},
            {new double[] {1, 3, 2}, 0, 1, 0},
            {new double[] {3, 3, 3}, 1, 3, 1},
            {new double[] {NONE, 1, 2}, 0, 3, 2},
            {new double[] {NONE, 2, 1}, 0, 3, 1},
            {new double[] {2, NONE, 1}, 0, 3, 0},
            {new double[] {9, NONE, NONE, 1}, 1, 4, 3},
            {new double[] {NONE, NONE}, 0, 2, 0},
            {new double[] {1}, 0, 1, 0},
        };
    }

    @Test(dataProvider = "series")
    public void theBestIsTheFirstOfTheHighestMeansThatThereAre(double[] means, int from, int to, int best) {
        ScoreSeries series = new ScoreSeries(
                "gold", Arrays.stream(means).mapToObj(m -> new double[] {m, m}).toList());
        assertThat(series.best(from, to)).isEqualTo(best);
    }
}
