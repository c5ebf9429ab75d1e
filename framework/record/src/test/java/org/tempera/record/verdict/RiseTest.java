package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

public class RiseTest {
    private static ScoreSeries series(double[]... evaluations) {
        return new ScoreSeries("train", List.of(evaluations));
    }

    private static double[] around(double mean) {
        return new double[] {mean - .1, mean, mean, mean + .1};
    }

    /** From the first to the best of three, each pair of samples at a time. */
    @Test
    public void itIsFromTheFirstToTheBestWhateverFollows() {
        Rise rise = Rise.of(series(around(.2), around(.4), new double[] {.8, .85, .95, 1}, around(-.5)));
        assertThat(rise.isClear()).isTrue();
        assertThat(rise.change().mean()).isCloseTo(.7, within(1e-12));
        assertThat(rise.confidence()).isCloseTo(1 - .05 / 3, within(1e-12));
        assertThat(Rise.of(series(around(.2), around(.1), around(0))).change().mean())
                .as("of one that falls")
                .isCloseTo(-.1, within(1e-12));
        assertThat(Rise.of(series(around(.2))).isClear()).isFalse();
        double[] none = new double[4];
        Arrays.fill(none, Double.NaN);
        assertThat(Rise.of(series(around(.2), none, around(.4), none)).change().samples())
                .isEqualTo(4);
    }

    /** Of many evaluations of noise the best is often above the first, by an interval that does not allow for that. */
    @Test
    public void theBestOfManyIsHeldToMore() {
        Random random = new Random(3);
        int clear = 0;
        int uncorrected = 0;
        for (int run = 0; run < 200; run++) {
            double[][] noise = new double[21][];
            for (int e = 0; e < noise.length; e++) {
                noise[e] = random.doubles(16).toArray();
            }
            Rise rise = Rise.of(series(noise));
            clear += rise.isClear() ? 1 : 0;
            double best = rise.change().mean();
            double half = best - rise.change().lower();
            // Student's quantiles of 15 degrees of freedom, at 0.95 and at 1 - 0.05 / 20
            uncorrected += best > half * 2.131 / 3.586 ? 1 : 0;
        }
        assertThat(clear).isLessThan(20);
        assertThat(uncorrected).isGreaterThan(clear + 20);
    }
}
