package org.tempera.algorithms.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class PreferenceLossTest {
    private static Map<String, Operand<TFloat32>> outputs(PreferenceLoss loss) {
        Map<String, Operand<TFloat32>> out = new LinkedHashMap<>();
        out.put("loss", loss.loss());
        out.put("accuracy", loss.accuracy());
        out.put("margin", loss.meanMargin());
        return out;
    }

    @Test
    public void decidedPairsByHand() {
        Map<String, HostTensor> got = GraphCheck.run(
                Map.of("x", GraphCheck.rows(1, -2)), (tf, in) -> outputs(PreferenceLoss.of(tf, in.get("x"))));
        // log(1 + e^-1) = 0.3132617 and log(1 + e^2) = 2.1269280
        assertThat(got.get("loss").scalarValue()).isCloseTo(1.2200949f, within(1e-6f));
        assertThat(got.get("accuracy").scalarValue()).isEqualTo(0.5f);
        assertThat(got.get("margin").scalarValue()).isEqualTo(-0.5f);
        // -sigmoid(-margin) / 2
        assertThat(got.get("gradient").data()).containsExactly(new float[] {-0.1344707f, -0.4403985f}, within(1e-6f));
    }

    @Test
    public void pairsThatFillUpAddNothingAndAreNotCounted() {
        Map<String, HostTensor> got = GraphCheck.run(
                Map.of("x", GraphCheck.rows(1, 5, -2, -7), "p", GraphCheck.rows(1, -1, 0, 0, 1, -1, 0, 0)),
                (tf, in) -> outputs(PreferenceLoss.of(tf, in.get("x"), in.get("p"))));
        assertThat(got.get("loss").scalarValue()).isCloseTo(1.2200949f / 2, within(1e-6f));
        assertThat(got.get("accuracy").scalarValue()).isEqualTo(0.5f);
        assertThat(got.get("margin").scalarValue()).isEqualTo(-0.5f);
        assertThat(got.get("gradient").data())
                .containsExactly(new float[] {-0.0672353f, 0, -0.2201993f, 0}, within(1e-6f));
        got = GraphCheck.run(
                Map.of("x", GraphCheck.rows(1, 5), "p", GraphCheck.rows(0, 0, 0, 0)),
                (tf, in) -> outputs(PreferenceLoss.of(tf, in.get("x"), in.get("p"))));
        assertThat(got.get("loss").scalarValue()).isZero();
        assertThat(got.get("accuracy").scalarValue()).isZero();
        assertThat(got.get("gradient").data()).containsExactly(new float[2], within(0f));
    }

    @Test
    public void aChosenRowStandsBeforeItsRejectedOne() {
        Map<String, HostTensor> got =
                GraphCheck.run(Map.of("x", GraphCheck.rows(3, 1, 10, 40)), PreferenceLossTest::differences);
        assertThat(got.get("differences").data()).containsExactly(2, -30);
    }

    private static Map<String, Operand<TFloat32>> differences(Ops tf, Map<String, Operand<TFloat32>> in) {
        Operand<TFloat32> differences = PreferenceLoss.chosenLessRejected(tf, in.get("x"));
        return Map.of("differences", differences, "loss", tf.reduceSum(differences, tf.constant(0)));
    }
}
