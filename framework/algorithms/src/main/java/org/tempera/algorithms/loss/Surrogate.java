package org.tempera.algorithms.loss;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.MetricNames;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A loss that moves the policy along a policy gradient, and holds single steps back that have moved far. */
public sealed interface Surrogate
        permits ClippedSurrogateLoss, ClampedSurrogateLoss, GuardedSurrogateLoss, TrustRegionLoss {
    /** Whether it reads how far the policy's step is from the one that was sampled ({@link Rows#move}). */
    boolean readsMove();

    /**
     * Builds the loss.
     *
     * @throws IllegalStateException if it reads the steps' move and the rows have none
     */
    Terms build(Ops tf, Rows rows);

    /**
     * Steps that were taken, all of one kind (sum or mean over the latent), each {@code [batch]}.
     *
     * @param logProb under the policy, nats; with gradient
     * @param oldLogProb under the policy that sampled
     * @param advantages what the steps are weighed with
     * @param move how far the policy's steps are from those that were sampled
     */
    record Rows(
            Operand<TFloat32> logProb,
            Operand<TFloat32> oldLogProb,
            Operand<TFloat32> advantages,
            Optional<Move> move) {
        public Rows {
            Shapes.requireRows("log-probabilities", logProb, "old log-probabilities", oldLogProb);
            Shapes.requireRows("log-probabilities", logProb, "advantages", advantages);
            move.ifPresent(m -> {
                Shapes.requireRows("log-probabilities", logProb, "divergences", m.divergence());
                Shapes.requireRows("log-probabilities", logProb, "standard deviations", m.standardDeviation());
            });
        }

        /** Log-probability of the steps now less that at sampling. */
        Operand<TFloat32> logRatio(Ops tf) {
            return tf.math.sub(logProb, oldLogProb);
        }

        Move requireMove() {
            return move.orElseThrow(() -> new IllegalStateException("the steps' mean at sampling is not there"));
        }
    }

    /**
     * How far the policy's steps are from those that were sampled, each {@code [batch]}.
     *
     * @param divergence KL of the two Gaussians, nats, of the rows' kind; with gradient
     * @param standardDeviation of the steps, above 0
     */
    record Move(Operand<TFloat32> divergence, Operand<TFloat32> standardDeviation) {}

    /**
     * The loss and how the update goes, scalars but for the ratios.
     *
     * @param loss to be minimised
     * @param approxKl KL(old | new) in nats: estimated as mean of r - 1 - log r (Schulman 2020, estimator k3), or in
     *     closed form where the loss has it
     * @param clipFraction share of steps beyond the bound, whatever the advantage
     * @param ratioMean mean of r, the ratio that the loss follows
     * @param ratioError max of |r - 1|; before the first update it is what sampling and training differ by
     * @param heldAbove share of steps that are made no likelier: of a positive advantage, beyond the bound
     * @param heldBelow share of steps that are made no less likely: of a negative advantage, beyond the bound
     * @param ratios r of each row, {@code [batch]}
     */
    record Terms(
            Operand<TFloat32> loss,
            Operand<TFloat32> approxKl,
            Operand<TFloat32> clipFraction,
            Operand<TFloat32> ratioMean,
            Operand<TFloat32> ratioError,
            Operand<TFloat32> heldAbove,
            Operand<TFloat32> heldBelow,
            Operand<TFloat32> ratios) {
        /** The scalars, by standard name. */
        public Map<String, Operand<TFloat32>> metrics() {
            Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();
            metrics.put(MetricNames.POLICY_LOSS, loss);
            metrics.put(MetricNames.APPROX_KL, approxKl);
            metrics.put(MetricNames.CLIP_FRACTION, clipFraction);
            metrics.put(MetricNames.RATIO_MEAN, ratioMean);
            metrics.put(MetricNames.RATIO_ERROR, ratioError);
            metrics.put(MetricNames.HELD_ABOVE, heldAbove);
            metrics.put(MetricNames.HELD_BELOW, heldBelow);
            return metrics;
        }

        /** The numbers of rows, by standard name. */
        public Map<String, Operand<TFloat32>> rows() {
            return Map.of(MetricNames.RATIO, ratios);
        }

        /** The same with another estimate of the divergence. */
        Terms withKl(Operand<TFloat32> kl) {
            return new Terms(loss, kl, clipFraction, ratioMean, ratioError, heldAbove, heldBelow, ratios);
        }
    }
}
