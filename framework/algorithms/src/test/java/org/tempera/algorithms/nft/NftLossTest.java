package org.tempera.algorithms.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.algorithms.loss.GraphCheck;
import org.tempera.algorithms.nft.NftLoss.Weighting;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Of velocities at noise level t, so that an output p implies the clean latent noisy - t p. */
public class NftLossTest {
    private static final float[] T = {0.2f, 0.9f};
    private static final float[] CLEAN = {1, -2, 0.5f, 3};
    private static final float[] NOISE = {0.3f, -1, 2, 0};
    private static final float[] OLD = {0.1f, 0.4f, -0.7f, 1};
    private static final float[] CURRENT = {-0.3f, 1, 0.2f, 0.6f};

    private static HostTensor latents(float... numbers) {
        return HostTensor.of(numbers, 2, 1, 2, 1);
    }

    /** The velocity that leads back, and what a policy should predict for these latents alone. */
    private static float target(int i) {
        return NOISE[i] - CLEAN[i];
    }

    private static Map<String, HostTensor> run(NftLoss loss, float[] current, double... optimality) {
        Map<String, HostTensor> inputs = new HashMap<>(Map.of(
                "x", latents(current),
                "clean", latents(CLEAN),
                "noise", latents(NOISE),
                "old", latents(OLD),
                "t", HostTensor.of(T.clone(), 2, 1, 1, 1),
                "optimality", GraphCheck.rows(optimality)));
        return GraphCheck.run(inputs, (tf, in) -> {
            Operand<org.tensorflow.types.TFloat32> t = in.get("t");
            var noisy = tf.math.add(
                    tf.math.mul(tf.math.sub(tf.constant(1f), t), in.get("clean")), tf.math.mul(t, in.get("noise")));
            NftLoss.Terms terms = loss.build(
                    tf,
                    new NftLoss.Outputs(
                            in.get("clean"), p -> tf.math.sub(noisy, tf.math.mul(t, p)), in.get("x"), in.get("old")),
                    in.get("optimality"));
            Map<String, Operand<org.tensorflow.types.TFloat32>> out = new LinkedHashMap<>();
            out.put("loss", terms.loss());
            out.put("positive", terms.positive());
            out.put("negative", terms.negative());
            return out;
        });
    }

    private static NftLoss loss(double beta, Weighting weighting) {
        return new NftLoss(beta, weighting, 1);
    }

    @DataProvider
    public Object[][] weightings() {
        return new Object[][] {{Weighting.ADAPTIVE}, {Weighting.NONE}};
    }

    /** Samples of no advantage leave a policy alone that is the behaviour policy: both implicit policies are it. */
    @Test(dataProvider = "weightings")
    public void evenSamplesDoNotMoveThePolicyFromTheBehaviours(Weighting weighting) {
        HostTensor gradient = run(loss(0.5, weighting), OLD, 0.5, 0.5).get("gradient");
        assertThat(gradient.data()).containsOnly(0);
    }

    /**
     * The mean of |e + b d|² and |e - b d|² over two is |e|² + b² |d|²: what is left is a pull to the behaviour policy,
     * whatever the sample.
     */
    @Test
    public void evenSamplesDrawThePolicyToTheBehaviours() {
        double beta = 0.5;
        HostTensor gradient = run(loss(beta, Weighting.NONE), CURRENT, 0.5, 0.5).get("gradient");
        for (int i = 0; i < 4; i++) {
            double t = T[i / 2];
            // Means over a latent of two numbers and two rows.
            double expected = 2 * beta * t * t * (CURRENT[i] - OLD[i]) / 4;
            assertThat((double) gradient.get(i)).isCloseTo(expected, within(1e-6));
        }
    }

    /** Theorem 3.2 for one sample: the minimum is old + (2r - 1) / beta (target - old). */
    @Test
    public void theMinimumIsTheImprovedPolicy() {
        double beta = 0.4;
        double[] r = {0.9, 0.2};
        float[] best = new float[4];
        for (int i = 0; i < 4; i++) {
            best[i] = (float) (OLD[i] + (2 * r[i / 2] - 1) / beta * (target(i) - OLD[i]));
        }
        assertThat(run(loss(beta, Weighting.NONE), best, r).get("gradient").data())
                .containsOnly(new float[] {0, 0, 0, 0}, within(1e-5f));
    }

    @Test(dataProvider = "weightings")
    public void goodSamplesDrawAndBadOnesRepel(Weighting weighting) {
        HostTensor gradient = run(loss(1, weighting), OLD, 1, 0).get("gradient");
        for (int i = 0; i < 4; i++) {
            double towards = -gradient.get(i) * (target(i) - OLD[i]);
            if (i < 2) {
                assertThat(towards).as("a good sample's number %s", i).isPositive();
            } else {
                assertThat(towards).as("a bad sample's number %s", i).isNegative();
            }
        }
    }

    @Test
    public void errorsAreDividedByTheirOwnMeanSize() {
        Map<String, HostTensor> plain = run(loss(1, Weighting.NONE), CURRENT, 1, 1);
        Map<String, HostTensor> weighted = run(loss(1, Weighting.ADAPTIVE), CURRENT, 1, 1);
        for (int row = 0; row < 2; row++) {
            // With beta 1 the positive policy is the policy itself.
            double size = 0;
            for (int i = 2 * row; i < 2 * row + 2; i++) {
                size += Math.abs(T[row] * (target(i) - CURRENT[i])) / 2;
            }
            assertThat((double) weighted.get("positive").get(row))
                    .isCloseTo(plain.get("positive").get(row) / size, within(1e-5));
            // No gradient through the divisor.
            assertThat((double) weighted.get("gradient").get(2 * row))
                    .isCloseTo(plain.get("gradient").get(2 * row) / size, within(1e-5));
        }
    }

    /** An error of 0 is divided by the least weight. */
    @Test
    public void aPerfectPredictionHasNoErrorAndNoGradient() {
        float[] perfect = {target(0), target(1), target(2), target(3)};
        Map<String, HostTensor> got = run(loss(1, Weighting.ADAPTIVE), perfect, 1, 1);
        assertThat(got.get("positive").data()).containsOnly(new float[] {0, 0}, within(1e-6f));
        assertThat(got.get("gradient").data()).containsOnly(new float[] {0, 0, 0, 0}, within(1e-6f));
    }

    @Test
    public void theFactorIsOfTheLoss() {
        double one = run(loss(2, Weighting.NONE), CURRENT, 0.7, 0.1).get("loss").scalarValue();
        double five = run(new NftLoss(2, Weighting.NONE, 5), CURRENT, 0.7, 0.1)
                .get("loss")
                .scalarValue();
        assertThat(five).isCloseTo(5 * one, within(1e-5));
    }

    @Test
    public void advantagesBecomeSharesOfGood() {
        var got = GraphCheck.run(Map.of("x", GraphCheck.rows(-9, -5, -2.5, 0, 1, 5, 9)), (tf, in) -> {
            var r = NftLoss.optimality(tf, in.get("x"), 5);
            return Map.of("r", r, "loss", tf.math.mean(r, tf.constant(0)));
        });
        assertThat(got.get("r").data()).containsExactly(new float[] {0, 0, 0.25f, 0.5f, 0.6f, 1, 1}, within(1e-7f));
    }

    @Test
    public void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new NftLoss(0, Weighting.NONE, 1)).hasMessageContaining("beta");
        assertThatThrownBy(() -> Weighting.parse("snr")).hasMessageContaining("expected adaptive or none");
        assertThatThrownBy(() -> run(loss(1, Weighting.NONE), CURRENT, 1, 1, 1))
                .hasMessageContaining("optimality [batch], found");
    }
}
