package org.tempera.algorithms.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import org.testng.annotations.Test;

public class DiagnosticsTest {
    private static final double[][] RETURNS = {{1, 2}, {3, 4}};

    @Test
    public void explainedVarianceOfPerfectConstantAndReversedValues() {
        assertThat(Diagnostics.explainedVariance(RETURNS, RETURNS)).isEqualTo(1);
        assertThat(Diagnostics.explainedVariance(new double[][] {{7, 7}, {7, 7}}, RETURNS))
                .isEqualTo(0);
        assertThat(Diagnostics.explainedVariance(new double[][] {{11, 12}, {13, 14}}, RETURNS))
                .isEqualTo(1);
        // residual twice as large: 1 - 4
        assertThat(Diagnostics.explainedVariance(new double[][] {{4, 3}, {2, 1}}, RETURNS))
                .isEqualTo(-3);
        assertThat(Diagnostics.explainedVariance(RETURNS, new double[2][2])).isNaN();
    }

    @Test
    public void explainedVarianceNeedsEqualShapes() {
        assertThatThrownBy(() -> Diagnostics.explainedVariance(new double[2][3], RETURNS))
                .hasMessage("values must be [2, 2], found [2, 3]");
    }

    @Test
    public void approxKlIsZeroOnPolicyAndNeverNegative() {
        assertThat(Diagnostics.approxKl(new double[] {-3, 5}, new double[] {-3, 5}))
                .isZero();
        // (e - 2 + e^-1) / 2 = cosh 1 - 1
        assertThat(Diagnostics.approxKl(new double[] {1, -1}, new double[2]))
                .isCloseTo(Math.cosh(1) - 1, offset(1e-12));
    }

    @Test
    public void clipFractionsCountRatiosOutsideAndGradientsRemoved() {
        double[] logProb = {Math.log(1.3), Math.log(1.3), Math.log(0.7), Math.log(1.1)};
        assertThat(Diagnostics.clipFraction(logProb, new double[4], 0.2)).isEqualTo(0.75);
        assertThat(Diagnostics.bindingClipFraction(logProb, new double[4], new double[] {1, -1, 1, 1}, 0.2))
                .isEqualTo(0.25);
        assertThat(Diagnostics.bindingClipFraction(logProb, new double[4], new double[] {1, -1, -1, 1}, 0.2))
                .isEqualTo(0.5);
    }
}
