package org.tempera.algorithms.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.tempera.spi.ConfigException;
import org.testng.annotations.Test;

public class LambdaReturnsTest {
    private static final List<Integer> THREE = List.of(0, 1, 2);

    @Test
    public void restsOnValuesByDegrees() {
        double[][] rewards = {{0, 1, 8}};
        double[][] values = {{100, 4, 6}};
        // G_2 = 8 + 0.5 * 2; G_1 = 1 + 0.5 (0.75 * 6 + 0.25 * 9); G_0 = 0.5 (0.75 * 4 + 0.25 * 4.375)
        assertThat(new LambdaReturns(0.5, 0.25).compute(rewards, values, new double[] {2}, THREE))
                .isDeepEqualTo(new double[][] {{2.046875, 4.375, 9}});
        // Of one step the value that follows is all.
        assertThat(new LambdaReturns(1, 0).compute(rewards, values, new double[] {2}, THREE))
                .isDeepEqualTo(new double[][] {{4, 7, 10}});
        // To the end no value plays a part.
        assertThat(new LambdaReturns(1, 1).compute(rewards, values, new double[] {2}, THREE))
                .isDeepEqualTo(new double[][] {{11, 11, 10}});
    }

    /** The paper's form: advantages are discounted sums of temporal differences. */
    @Test
    public void lessTheValueTheyAreGeneralisedAdvantages() {
        Random random = new Random(3);
        double[][] rewards = rows(random);
        double[][] values = rows(random);
        double[] last = {0.3, -0.7};
        double[][] got = TemporalAdvantages.compute(
                new LambdaReturns(0.97, 0.8)
                        .compute(
                                rewards,
                                values,
                                last,
                                IntStream.range(0, 6).boxed().toList()),
                values);
        for (int i = 0; i < 2; i++) {
            for (int t = 0; t < 6; t++) {
                double sum = 0;
                for (int k = t; k < 6; k++) {
                    double difference = rewards[i][k] + 0.97 * (k == 5 ? last[i] : values[i][k + 1]) - values[i][k];
                    sum += Math.pow(0.97 * 0.8, k - t) * difference;
                }
                assertThat(got[i][t]).isCloseTo(sum, offset(1e-12));
            }
        }
    }

    /** As before there was a lambda: r + gamma * next, from behind. */
    @Test
    public void toTheEndTheyAreDiscountedSumsToTheLastBit() {
        Random random = new Random(5);
        double[][] rewards = rows(random);
        double[][] got = new LambdaReturns(0.9, 1)
                .compute(
                        rewards,
                        rows(random),
                        new double[2],
                        IntStream.range(0, 6).boxed().toList());
        for (int i = 0; i < 2; i++) {
            double next = 0;
            for (int t = 5; t >= 0; t--) {
                next = rewards[i][t] + 0.9 * next;
                assertThat(got[i][t]).isEqualTo(next);
            }
        }
    }

    @Test
    public void stepsWithoutAValueArePassedBy() {
        double[][] rewards = {{1, 2, 4, 8}};
        double[][] values = {{0, 3, 0, 0}};
        // Step 1 alone has a value: G_1 = 2 + 4 + 8, G_0 = 1 + (3 + 14) / 2.
        assertThat(new LambdaReturns(1, 0.5).compute(rewards, values, new double[1], List.of(1)))
                .isDeepEqualTo(new double[][] {{9.5, 14, 12, 8}});
    }

    @Test
    public void sharesAreBetweenNothingAndAll() {
        assertThatThrownBy(() -> new LambdaReturns(1, 1.1))
                .isInstanceOf(ConfigException.class)
                .hasMessage("lambda must be in [0,1], was 1.1");
        assertThatThrownBy(() -> new LambdaReturns(-0.1, 1)).hasMessage("gamma must be in [0,1], was -0.1");
        assertThatThrownBy(
                        () -> new LambdaReturns(1, 1).compute(new double[1][3], new double[1][2], new double[1], THREE))
                .hasMessage("values must be [1, 3], found [1, 2]");
    }

    private static double[][] rows(Random random) {
        double[][] rows = new double[2][6];
        for (double[] row : rows) {
            java.util.Arrays.setAll(row, t -> random.nextGaussian());
        }
        return rows;
    }
}
