package org.tempera.algorithms.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import org.tempera.spi.HostTensor;
import org.testng.annotations.Test;

public class ClampedSurrogateLossTest {
    /** A row that has left the band has no gradient, on the side that the clipped surrogate leaves free too. */
    @Test
    public void outsideOfTheBandThereIsNoGradientByHand() {
        // Ratios 1.05, 1.5, 1.5, 0.5 and 0.5 within [0.9, 1.1].
        Map<String, HostTensor> inputs = Map.of(
                "x", GraphCheck.rows(Math.log(1.05), Math.log(1.5), Math.log(1.5), Math.log(0.5), Math.log(0.5)),
                "old", GraphCheck.rows(0, 0, 0, 0, 0),
                "advantage", GraphCheck.rows(2, 1, -1, 1, -1));
        Map<String, HostTensor> clamped = run(new ClampedSurrogateLoss(ClipRange.ofRatio(0.1)), inputs);
        // -(2 * 1.05 + 1.1 - 1.1 + 0.9 - 0.9) / 5
        assertThat(clamped.get("loss").scalarValue()).isCloseTo(-0.42f, within(1e-6f));
        // -A r / 5 inside alone
        assertThat(clamped.get("gradient").data()).containsExactly(new float[] {-0.42f, 0, 0, 0, 0}, within(1e-6f));
        assertThat(clamped.get("outside").scalarValue()).isCloseTo(0.8f, within(1e-6f));
        Map<String, HostTensor> clipped = run(new ClippedSurrogateLoss(ClipRange.ofRatio(0.1)), inputs);
        assertThat(clipped.get("gradient").data())
                .as("PPO's takes back what went astray")
                .containsExactly(new float[] {-0.42f, 0, 0.3f, -0.1f, 0}, within(1e-6f));
    }

    private static Map<String, HostTensor> run(Surrogate loss, Map<String, HostTensor> inputs) {
        return GraphCheck.run(inputs, (tf, in) -> {
            Surrogate.Terms terms = loss.build(
                    tf, new Surrogate.Rows(in.get("x"), in.get("old"), in.get("advantage"), Optional.empty()));
            return Map.of("loss", terms.loss(), "outside", terms.clipFraction());
        });
    }
}
