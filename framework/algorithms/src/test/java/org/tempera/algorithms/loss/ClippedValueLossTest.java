package org.tempera.algorithms.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.data.Offset;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class ClippedValueLossTest {
    private static final Offset<Float> CLOSE = within(1e-6f);

    private static Map<String, Operand<TFloat32>> build(double range, Ops tf, Map<String, Operand<TFloat32>> in) {
        ClippedValueLoss.Terms terms =
                new ClippedValueLoss(range).build(tf, in.get("x"), in.get("return"), in.get("old"));
        return Map.of("loss", terms.loss(), "clipped", terms.clipFraction());
    }

    private static final Map<String, HostTensor> CASE = Map.of(
            "x", GraphCheck.rows(1, 0.5, 0),
            "return", GraphCheck.rows(0, 1, 0),
            "old", GraphCheck.rows(0.5, 0.5, 0.5));

    @Test
    public void agreesWithTheHandComputedLoss() {
        // squares max(1, 0.49), max(0.25, 0.25), max(0, 0.09)
        Map<String, HostTensor> got = GraphCheck.run(CASE, (tf, in) -> build(0.2, tf, in));
        assertThat(got.get("loss").scalarValue()).isCloseTo(1.34f / 6, CLOSE);
        assertThat(got.get("clipped").scalarValue()).isCloseTo(2f / 3, CLOSE);
        assertThat(got.get("gradient").data()).containsExactly(new float[] {1f / 3, -0.5f / 3, 0}, CLOSE);
    }

    @Test
    public void aRangeOfZeroIsTheSquaredError() {
        Map<String, HostTensor> got = GraphCheck.run(CASE, (tf, in) -> build(0, tf, in));
        assertThat(got.get("loss").scalarValue()).isCloseTo(1.25f / 6, CLOSE);
        assertThat(got.get("clipped").scalarValue()).isZero();
    }

    @Test
    public void gradientIsTheNumericOne() {
        Map<String, HostTensor> in = Map.of(
                "x", GraphCheck.rows(0.3, -0.6, 1.4, 0.05, -2),
                "return", GraphCheck.rows(1, -1, 0.2, 0.1, 0.5),
                "old", GraphCheck.rows(0.25, 0.1, 0.4, 0, -1.9));
        assertThat(GraphCheck.gradientError(in, 1e-2f, (tf, x) -> build(0.2, tf, x)))
                .isLessThan(1e-3);
    }
}
