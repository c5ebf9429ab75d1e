package org.tempera.record.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.tempera.base.random.StatelessRandom;
import org.testng.annotations.Test;

public class StatisticsTest {
    @Test
    public void improvementCountsTiesAsHalf() {
        double[][] x = {{1, 5}, {2, 5}};
        double[][] y = {{1, 7}, {1, 5}, {3, 4}};
        // Task 1: 1 beats none and ties twice, 2 beats two; task 2: 5 beats one and ties once, twice.
        assertThat(ProbabilityOfImprovement.of(x, y)).isCloseTo((3 / 6.0 + 3 / 6.0) / 2, within(1e-15));
        assertThat(ProbabilityOfImprovement.of(y, x)).isCloseTo(1 - ProbabilityOfImprovement.of(x, y), within(1e-15));
        assertThat(ProbabilityOfImprovement.of(new double[][] {{2}}, new double[][] {{1}}))
                .isOne();
    }

    @Test
    public void holmNeverDecreasesAndStaysBelow1() {
        // Sorted 0.01 x 4, 0.02 x 3, 0.025 x 2 (made 0.06), 0.9 x 1.
        assertThat(HolmCorrection.of(new double[] {0.9, 0.02, 0.01, 0.025}))
                .containsExactly(new double[] {0.9, 0.06, 0.04, 0.06}, within(1e-15));
        assertThat(HolmCorrection.of(new double[] {0.7, 0.6})).containsExactly(1, 1);
        assertThat(HolmCorrection.of(new double[] {0.3})).containsExactly(0.3);
        assertThat(HolmCorrection.of(new double[0])).isEmpty();
        assertThatThrownBy(() -> HolmCorrection.of(new double[] {1.5}))
                .hasMessage("probabilities: expected 0 to 1, found 1.5");
    }

    @Test
    public void equalNumbersShareTheirRank() {
        // Ranks 1, 2.5, 2.5, 4 and 2, 1, 3, 4.
        assertThat(RankCorrelation.of(new double[] {0, 7, 7, 9}, new double[] {1, 0, 2, 3}))
                .isCloseTo(3 / Math.sqrt(4.5 * 5), within(1e-12));
        assertThat(RankCorrelation.of(new double[] {-0.0, 0.0, -0.0, 1}, new double[] {0, 1, 2, 3}))
                .as("0 and -0 are equal")
                .isEqualTo(RankCorrelation.of(new double[] {0, 0, 0, 1}, new double[] {0, 1, 2, 3}));
        assertThat(RankCorrelation.of(new double[] {1, 2}, new double[] {5, -5}))
                .isCloseTo(-1, within(1e-12));
        assertThat(RankCorrelation.of(new double[] {1}, new double[] {2})).isNaN();
        assertThat(RankCorrelation.of(new double[] {1, 1}, new double[] {2, 3})).isNaN();
    }

    /** What differs from group to group, however much, counts for nothing, nor does who is alone. */
    @Test
    public void aCorrelationWithinGroupsIsThatOfTheirRanks() {
        double[] x = {1, 2, 3, 101, 102, 103, 55};
        double[] y = {7, 8, 9, 6, 4, 5, -99};
        List<String> groups = List.of("a", "a", "a", "b", "b", "b", "c");
        // Of ranks less their mean: 1 of the first group, -1/2 of the second, both of the same weight.
        assertThat(RankCorrelation.within(x, y, groups)).isCloseTo(0.25, within(1e-12));
        assertThat(RankCorrelation.within(x, y, List.of("", "", "", "", "", "", "")))
                .isCloseTo(RankCorrelation.of(x, y), within(1e-12));
        assertThat(RankCorrelation.within(x, y, List.of(1, 2, 3, 4, 5, 6, 7))).isNaN();
    }

    @Test
    public void vendiCountsDirections() {
        double[][] three = {{2, 0, 0, 0}, {0, -5, 0, 0}, {0, 0, 1, 0}};
        for (double order : new double[] {0, 0.5, 1, 2, Double.POSITIVE_INFINITY}) {
            assertThat(VendiScore.of(three, order)).as("order " + order).isCloseTo(3, within(1e-9));
            assertThat(VendiScore.of(new double[][] {{1, 2}, {2, 4}, {3, 6}}, order))
                    .as("alike, order " + order)
                    .isCloseTo(1, within(1e-9));
            assertThat(VendiScore.of(new double[][] {{0.1, 0.7}}, order)).isCloseTo(1, within(1e-12));
        }
        // Eigenvalues 3/4 and 1/4.
        double[][] half = {{1, 0}, {0.5, Math.sqrt(0.75)}};
        assertThat(VendiScore.of(half, 2)).isCloseTo(1 / (9 / 16.0 + 1 / 16.0), within(1e-12));
        assertThat(VendiScore.of(half))
                .isCloseTo(Math.exp(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25)), within(1e-12));
        assertThatThrownBy(() -> VendiScore.of(new double[][] {{1, 0}, {0, 0}}, 1))
                .hasMessage("embeddings: row 1 is all zeros, which has no direction");
    }

    /** More embeddings than numbers in each: the smaller matrix has the same eigenvalues. */
    @Test
    public void vendiIsTheSameOfTheSmallerMatrix() {
        double[][] many = rows(12, 3);
        double[][] padded =
                Arrays.stream(many).map(row -> Arrays.copyOf(row, 20)).toArray(double[][]::new);
        assertThat(VendiScore.of(many, 1)).isCloseTo(VendiScore.of(padded, 1), within(1e-9));
    }

    private static double[][] rows(int n, int width) {
        StatelessRandom random = StatelessRandom.of(3);
        double[][] rows = new double[n][width];
        for (double[] row : rows) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        return rows;
    }

    @Test
    public void violatorsArePooled() {
        assertThat(IsotonicFit.of(new double[] {1, 3, 2, 2, 5}))
                .containsExactly(new double[] {1, 7 / 3.0, 7 / 3.0, 7 / 3.0, 5}, within(1e-15));
        assertThat(IsotonicFit.of(new double[] {4, 1}, new double[] {1, 3})).containsExactly(1.75, 1.75);
        assertThat(IsotonicFit.of(new double[] {2, 9, 3}, new double[] {1, 0, 1}))
                .as("what weighs nothing gives way")
                .containsExactly(2, 3, 3);
        assertThat(IsotonicFit.of(new double[] {5})).containsExactly(5);
        assertThat(IsotonicFit.of(new double[0])).isEmpty();
        assertThatThrownBy(() -> IsotonicFit.of(new double[] {1}, new double[] {-1}))
                .hasMessage("weights: expected 0 or more, found -1.0");
    }

    /** The fit is the best of all: max over beginnings, min over ends, of the mean between (the min-max formula). */
    @Test
    public void isotonicFitIsMinMax() {
        double[] y = rows(1, 40)[0];
        double[] weights = Arrays.stream(rows(2, 40)[1]).map(Math::abs).toArray();
        double[] fit = IsotonicFit.of(y, weights);
        for (int i = 0; i < y.length; i++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int from = 0; from <= i; from++) {
                double least = Double.POSITIVE_INFINITY;
                for (int to = i; to < y.length; to++) {
                    double sum = 0;
                    double weight = 0;
                    for (int k = from; k <= to; k++) {
                        sum += weights[k] * y[k];
                        weight += weights[k];
                    }
                    least = Math.min(least, sum / weight);
                }
                best = Math.max(best, least);
            }
            assertThat(fit[i]).isCloseTo(best, within(1e-12));
        }
    }

    @Test
    public void aCurveOfGaoIsFoundAgain() {
        double[] d = {0, 0.5, 1, 2, 4, 7};
        for (GaoFit.Form form : GaoFit.Form.values()) {
            GaoFit truth = new GaoFit(form, 0.8, 0.3);
            GaoFit fit = GaoFit.of(d, Arrays.stream(d).map(truth::at).toArray(), form);
            assertThat(fit.alpha()).isCloseTo(0.8, within(1e-12));
            assertThat(fit.beta()).isCloseTo(0.3, within(1e-12));
            GaoFit.Peak peak = fit.peak().orElseThrow();
            assertThat(peak.value()).isCloseTo(truth.at(peak.distance()), within(1e-12));
            assertThat(truth.at(peak.distance() * 1.01)).isLessThan(peak.value());
            assertThat(truth.at(peak.distance() * 0.99)).isLessThan(peak.value());
        }
        assertThat(new GaoFit(GaoFit.Form.RL, 0.8, -0.1).peak()).isEmpty();
        assertThat(new GaoFit(GaoFit.Form.BEST_OF_N, 0.8, 0).peak()).isEmpty();
    }

    /** The normal equations hold: what is left is orthogonal to both terms. */
    @Test
    public void gaoFitIsLeastSquares() {
        double[] d = {1e-4, 3e-4, 7e-4, 9e-4};
        double[] r = {1, -2, 4, 0.5};
        GaoFit fit = GaoFit.of(d, r, GaoFit.Form.BEST_OF_N);
        double first = 0;
        double second = 0;
        for (int i = 0; i < d.length; i++) {
            double left = r[i] - fit.at(d[i]);
            first += left * d[i] / 1e-4;
            second += left * d[i] * d[i] / 1e-8;
        }
        assertThat(first).isCloseTo(0, within(1e-9));
        assertThat(second).isCloseTo(0, within(1e-9));
    }

    @Test
    public void pointsThatFixNoCurveAreRefused() {
        double[] r = {1, 2, 3};
        for (GaoFit.Form form : GaoFit.Form.values()) {
            assertThatThrownBy(() -> GaoFit.of(new double[] {0, 0, 1}, r, form))
                    .hasMessage("d: expected two or more distances above 0, found 1");
            for (double same : new double[] {1, 0.3, 12}) {
                assertThatThrownBy(() -> GaoFit.of(new double[] {same, same, same}, r, form))
                        .hasMessage("d: expected two or more distances that differ, found one");
            }
            assertThatThrownBy(() -> GaoFit.of(new double[] {-1, 2, 3}, r, form))
                    .hasMessage("d: expected 0 or more, found -1.0");
        }
    }
}
