package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.tempera.core.config.FailurePolicy;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.graph.Precision;
import org.testng.annotations.Test;

public class RoundedRatiosTest {
    private final Algorithm ofRatios =
            TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL).algorithm();

    @Test
    public void whoeverLearnsFromThemIsToldInBfloat16() {
        assertThat(RoundedRatios.warning(Precision.BFLOAT16, ofRatios))
                .hasValueSatisfying(text -> assertThat(text).contains("importance ratios", "float32"));
        assertThat(RoundedRatios.warning(Precision.FLOAT32, ofRatios)).isEmpty();
        assertThat(RoundedRatios.warning(Precision.TF32, ofRatios)).isEmpty();
    }
}
