package org.tempera.nn.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class ResampleMatrixTest {
    @Test
    public void halvesAddUpToTheCoefficients() {
        for (ResampleFilter filter : ResampleFilter.values()) {
            ResampleMatrix m = ResampleMatrix.of(64, 224, 224, 0, filter);
            ResampleMatrix.Halves halves = m.halves().orElseThrow();
            double[] exact = m.exact();
            for (int i = 0; i < exact.length; i++) {
                assertThat(halves.high()[i] + (double) halves.low()[i] / (1 << ResampleMatrix.LOW_BITS))
                        .isEqualTo(exact[i]);
            }
        }
    }

    @Test
    public void usualSizesFitSinglePrecisionAndVeryManyInputsDoNot() {
        assertThat(ResampleMatrix.of(512, 224, 224, 0, ResampleFilter.LANCZOS).halves())
                .isPresent();
        assertThat(ResampleMatrix.of(4000, 10, 10, 0, ResampleFilter.BOX).halves())
                .isEmpty();
    }
}
