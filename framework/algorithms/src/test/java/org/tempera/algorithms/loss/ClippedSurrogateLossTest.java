package org.tempera.algorithms.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.tempera.nn.diffusion.GaussianDivergence;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class ClippedSurrogateLossTest {
    private static final Offset<Float> CLOSE = within(1e-6f);

    private static Map<String, Operand<TFloat32>> build(
            ClippedSurrogateLoss loss, Ops tf, Map<String, Operand<TFloat32>> in) {
        ClippedSurrogateLoss.Terms terms = loss.build(tf, in.get("x"), in.get("old"), in.get("advantage"));
        Map<String, Operand<TFloat32>> out = new LinkedHashMap<>(terms.metrics());
        out.put("loss", terms.loss());
        return out;
    }

    private static Map<String, HostTensor> run(
            ClippedSurrogateLoss loss, HostTensor logProb, HostTensor old, HostTensor advantages) {
        return GraphCheck.run(
                Map.of("x", logProb, "old", old, "advantage", advantages), (tf, in) -> build(loss, tf, in));
    }

    @Test
    public void agreesWithTheHandComputedSurrogate() {
        // ratios 1, 1.5, 0.5, 1.5: costs -1, max(-1.5, -1.2), max(0.5, 0.8), max(1.5, 1.2)
        Map<String, HostTensor> got = run(
                new ClippedSurrogateLoss(ClipRange.ofRatio(0.2)),
                GraphCheck.rows(-3, -3 + Math.log(1.5), -3 + Math.log(0.5), -3 + Math.log(1.5)),
                GraphCheck.rows(-3, -3, -3, -3),
                GraphCheck.rows(1, 1, -1, -1));

        assertThat(got.get("loss").scalarValue()).isCloseTo(0.025f, CLOSE);
        assertThat(got.get("train/clip_fraction").scalarValue()).isEqualTo(0.75f);
        assertThat(got.get("train/ratio_mean").scalarValue()).isCloseTo(1.125f, CLOSE);
        assertThat(got.get("train/ratio_error").scalarValue()).isCloseTo(0.5f, CLOSE);
        // mean of r - 1 - log r
        assertThat(got.get("train/approx_kl").scalarValue()).isCloseTo(0.0955543f, CLOSE);
        // a clipped row has no gradient; the last one is not clipped, since it got worse
        assertThat(got.get("gradient").data()).containsExactly(new float[] {-0.25f, 0, 0, 0.375f}, CLOSE);
    }

    @Test
    public void gradientIsTheNumericOne() {
        Map<String, HostTensor> in = Map.of(
                "x", GraphCheck.rows(0.1, -0.4, 0.05, 0.9, -0.02, 0.7),
                "old", GraphCheck.rows(0, 0, 0, 0, 0, 0),
                "advantage", GraphCheck.rows(1.3, -0.7, 0.4, -2, -1.1, 0.6));
        ClippedSurrogateLoss loss = new ClippedSurrogateLoss(ClipRange.ofNats(0.3));
        assertThat(GraphCheck.gradientError(in, 1e-2f, (tf, x) -> build(loss, tf, x)))
                .isLessThan(1e-3);
    }

    @Test
    public void aLostPolicyGivesFiniteNumbers() {
        Map<String, HostTensor> got = run(
                new ClippedSurrogateLoss(ClipRange.ofNats(1.6), Math.log(10)),
                GraphCheck.rows(500, 500, -500, -500, Math.log(10) + 1),
                GraphCheck.rows(0, 0, 0, 0, 0),
                GraphCheck.rows(1, -1, 1, -1, -1));

        assertThat(got.get("loss").scalarValue()).isFinite();
        // The bad sample that became likelier is pulled back with the slope at the limit, 10 / 5 rows; the good one
        // rests.
        assertThat(got.get("gradient").data()).containsExactly(new float[] {0, 2, 0, 0, 2}, within(1e-4f));
    }

    @Test
    public void theMeanKindIsTheSumOverTheLatentsSize() {
        Map<String, HostTensor> in = Map.of("x", GraphCheck.rows(32, -64));
        Map<String, HostTensor> got = GraphCheck.run(in, (tf, x) -> {
            Operand<TFloat32> mean = LogProbKind.MEAN.of(tf, x.get("x"), 16);
            return Map.of("mean", mean, "loss", tf.math.mean(mean, tf.constant(0)));
        });
        assertThat(got.get("mean").data()).containsExactly(2, -4);
    }

    @Test
    public void theDefaultRangeIsThePublishedOneInNats() {
        // 1e-4 per number over 64 x 64 x 4 numbers; the ratio of means stays in [1 - 1e-4, 1 + 1e-4]
        ClipRange sum = ClipRange.ofNats(1e-4 * 64 * 64 * 4);
        ClipRange mean = ClipRange.ofRatio(1e-4);
        assertThat(Math.log(sum.upper()) / 16384).isCloseTo(Math.log(mean.upper()), within(1e-8));
        assertThat(Math.log(sum.lower()) / 16384).isCloseTo(Math.log(mean.lower()), within(1e-8));
        assertThat(PolicyObjective.CLIP_NATS).isCloseTo(1e-4 * 16384, within(0.05));
    }

    @Test
    public void refusesRowsThatDoNotMatch() {
        assertThatThrownBy(() -> run(
                        new ClippedSurrogateLoss(ClipRange.ofRatio(0.2)),
                        GraphCheck.rows(0, 0),
                        GraphCheck.rows(0),
                        GraphCheck.rows(1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must both be [batch], found [2] and [1]");
        assertThatThrownBy(() -> ClipRange.ofRatio(-0.1)).hasMessageContaining("must not be negative, found -0.1");
    }

    @Test
    public void divergenceOfTwoGaussiansIsTheHandComputedOne() {
        // (1/2)² + (3/2)² over two, row 0; zero, row 1
        Map<String, HostTensor> in = Map.of(
                "x", HostTensor.of(new float[] {1, 3, 5, 7}, 2, 1, 2, 1),
                "reference", HostTensor.of(new float[] {0, 0, 5, 7}, 2, 1, 2, 1),
                "deviation", HostTensor.of(new float[] {2, 2}, 2, 1, 1, 1));
        Map<String, HostTensor> got = GraphCheck.run(in, (tf, x) -> {
            Operand<TFloat32> kl = GaussianDivergence.sum(tf, x.get("x"), x.get("reference"), x.get("deviation"));
            return Map.of("kl", kl, "loss", tf.reduceSum(kl, tf.constant(0)));
        });
        assertThat(got.get("kl").data()).containsExactly(new float[] {1.25f, 0}, CLOSE);
        // (mean - reference) / deviation²
        assertThat(got.get("gradient").data()).containsExactly(new float[] {0.25f, 0.75f, 0, 0}, CLOSE);
    }
}
