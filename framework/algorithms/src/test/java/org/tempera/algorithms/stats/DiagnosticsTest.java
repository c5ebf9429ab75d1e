package org.tempera.algorithms.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
