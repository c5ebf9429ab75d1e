package org.tempera.algorithms.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** What re-centring a ratio does to its mean, and what its scale does to its spread. */
public class GuardedRatioTest {
    private static final int STEPS = 20_000;
    private static final int LATENT = 64;

    /** Steps of which each number of the mean has moved by a fixed amount, in the kind of the published code. */
    private record Moved(HostTensor logProb, HostTensor old, HostTensor divergence, HostTensor deviation) {
        static Moved by(double move, double deviation) {
            Random random = new Random(5);
            double[] logRatio = new double[STEPS];
            double[] kl = new double[STEPS];
            double[] deviations = new double[STEPS];
            for (int i = 0; i < STEPS; i++) {
                for (int k = 0; k < LATENT; k++) {
                    double d = move / deviation;
                    logRatio[i] += (random.nextGaussian() * d - d * d / 2) / LATENT;
                    kl[i] += d * d / 2 / LATENT;
                }
                deviations[i] = deviation;
            }
            return new Moved(
                    GraphCheck.rows(logRatio),
                    GraphCheck.rows(new double[STEPS]),
                    GraphCheck.rows(kl),
                    GraphCheck.rows(deviations));
        }

        Map<String, HostTensor> run(Surrogate surrogate) {
            return GraphCheck.run(
                    Map.of("x", logProb, "old", old, "kl", divergence, "std", deviation),
                    (tf, in) -> built(surrogate, tf, in));
        }

        private static Map<String, Operand<TFloat32>> built(
                Surrogate surrogate, Ops tf, Map<String, Operand<TFloat32>> in) {
            Surrogate.Terms terms = surrogate.build(
                    tf,
                    new Surrogate.Rows(
                            in.get("x"),
                            in.get("old"),
                            tf.ones(tf.constant(new int[] {STEPS}), TFloat32.class),
                            Optional.of(new Surrogate.Move(in.get("kl"), in.get("std")))));
            return Map.of(
                    "loss", terms.loss(), "mean", terms.ratioMean(), "ratio", terms.ratios(), "kl", terms.approxKl());
        }
    }

    private static double spread(HostTensor ratios) {
        double sum = 0;
        for (float r : ratios.data()) {
            sum += (r - 1) * (r - 1);
        }
        return Math.sqrt(sum / ratios.size());
    }

    @Test
    public void averagingAloneTakesTheRatioBelowOneAndRecentringTakesItBack() {
        Moved moved = Moved.by(0.1, 0.2);
        ClippedSurrogateLoss clipped = new ClippedSurrogateLoss(ClipRange.ofRatio(0.5));
        // E[ratio] = exp(-k + k / D) with k = (0.1 / 0.2)² / 2.
        assertThat(moved.run(clipped).get("mean").scalarValue())
                .isCloseTo((float) Math.exp(-0.125 + 0.125 / LATENT), within(2e-3f));
        Map<String, HostTensor> guarded = moved.run(new GuardedSurrogateLoss(clipped));
        assertThat(guarded.get("mean").scalarValue()).isCloseTo(1, within(1e-3f));
        assertThat(guarded.get("kl").scalarValue()).isCloseTo(0.125f, within(1e-6f));
    }

    @Test
    public void theSpreadDependsOnTheMoveAloneAndNotOnTheStepsDeviation() {
        GuardedSurrogateLoss guard = new GuardedSurrogateLoss(new ClippedSurrogateLoss(ClipRange.ofRatio(0.5)));
        double late = spread(Moved.by(0.1, 0.05).run(guard).get("ratio"));
        double early = spread(Moved.by(0.1, 0.9).run(guard).get("ratio"));
        // z d / D summed over D: 0.1 / sqrt(64)
        assertThat(late).isCloseTo(0.0125, within(3e-4));
        assertThat(early).isCloseTo(late, within(1e-4));
    }
}
