package org.tempera.algorithms.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.nn.diffusion.GaussianDivergence;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.UpdateScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What DDPO, DPOK, GRPO and TDPO minimise over the policy: a surrogate of the policy gradient, and where asked for the
 * divergence from the reference policy.
 *
 * @param kind what log-probabilities and divergences are measured over
 * @param surrogate the policy gradient
 * @param divergence from the reference policy
 */
public record PolicyObjective(LogProbKind kind, Surrogate surrogate, KlLoss divergence) {
    /** Clip range under {@link LogProbKind#SUM} where none is given, nats per picture. */
    public static final double CLIP_NATS = 1.6;

    /** Clip range under {@link LogProbKind#MEAN} where none is given: the published one. */
    public static final double CLIP_PER_NUMBER = 1e-4;

    /**
     * The objective of a config.
     *
     * @param clipRange nats per picture under SUM; the distance of a ratio from 1 under MEAN
     * @param largestRatio ratio above which the surrogate is a straight line; raised to the clip range where that is
     *     wider
     */
    public static PolicyObjective of(LogProbKind kind, double clipRange, double largestRatio, KlLoss divergence) {
        return new PolicyObjective(kind, clipped(kind, clipRange, largestRatio), divergence);
    }

    /** The clipped surrogate of the same. */
    public static ClippedSurrogateLoss clipped(LogProbKind kind, double clipRange, double largestRatio) {
        ClipRange clip = clip(kind, clipRange);
        return new ClippedSurrogateLoss(clip, ClippedSurrogateLoss.limit(Math.max(largestRatio, clip.upper())));
    }

    /** The ratios of a clip range: nats per picture under SUM, the distance of a ratio from 1 under MEAN. */
    static ClipRange clip(LogProbKind kind, double clipRange) {
        return kind == LogProbKind.SUM ? ClipRange.ofNats(clipRange) : ClipRange.ofRatio(clipRange);
    }

    /** The same with another surrogate. */
    public PolicyObjective with(Surrogate other) {
        return new PolicyObjective(kind, other, divergence);
    }

    /** What sampling must compute for its surrogate, besides log-probabilities. */
    public List<RolloutColumn> columns() {
        return surrogate.readsMove() ? List.of(RolloutColumn.MEAN) : List.of();
    }

    /**
     * What is minimised, and numbers to log by standard name.
     *
     * @param loss a scalar
     * @param metrics scalars
     * @param rows numbers of each row, {@code [batch]}
     */
    public record Terms(
            Operand<TFloat32> loss, Map<String, Operand<TFloat32>> metrics, Map<String, Operand<TFloat32>> rows) {}

    /**
     * Builds the objective of a micro-batch.
     *
     * @param advantages {@code [batch]}
     */
    public Terms build(UpdateScope scope, Operand<TFloat32> advantages) {
        Ops tf = scope.graph().tf();
        int size = scope.latentSize();
        UpdateScope.Step step = scope.step();
        Operand<TFloat32> logProb = step.logProb();
        Operand<TFloat32> old = scope.column(Rollout.LOG_PROB);
        Surrogate.Terms terms = surrogate.build(
                tf,
                new Surrogate.Rows(
                        kind.of(tf, logProb, size),
                        kind.of(tf, old, size),
                        advantages,
                        surrogate.readsMove() ? Optional.of(move(scope)) : Optional.empty()));
        Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>(terms.metrics());
        Operand<TFloat32> error = tf.reduceMax(tf.math.abs(tf.stopGradient(tf.math.sub(logProb, old))), tf.constant(0));
        // A lost policy's log-probabilities are beyond all numbers, and what is logged is none the less finite.
        metrics.put(MetricNames.LOG_PROB_ERROR, tf.math.minimum(error, tf.constant(Float.MAX_VALUE)));
        return new Terms(divergence.addTo(scope, kind, terms.loss(), metrics), metrics, terms.rows());
    }

    private Surrogate.Move move(UpdateScope scope) {
        Ops tf = scope.graph().tf();
        UpdateScope.Step step = scope.step();
        Operand<TFloat32> moved =
                GaussianDivergence.sum(tf, step.mean(), scope.column(Rollout.MEAN), step.standardDeviation());
        return new Surrogate.Move(
                kind.of(tf, moved, scope.latentSize()),
                tf.reshape(step.standardDeviation(), tf.constant(new int[] {scope.batchSize()})));
    }

    /** The surrogate plus a coefficient times the divergence, all scalars. */
    public static Operand<TFloat32> withDivergence(
            Ops tf, Operand<TFloat32> surrogate, Operand<TFloat32> divergence, double coefficient) {
        return tf.math.add(surrogate, tf.math.mul(divergence, tf.constant((float) coefficient)));
    }
}
