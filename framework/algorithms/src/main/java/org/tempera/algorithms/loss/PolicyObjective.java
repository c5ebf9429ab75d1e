package org.tempera.algorithms.loss;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.UpdateScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What DDPO and TDPO minimise over the policy: the clipped surrogate, and where asked for the divergence from the
 * reference policy.
 *
 * @param kind what log-probabilities and divergences are measured over
 * @param surrogate the policy gradient
 * @param divergence from the reference policy
 */
public record PolicyObjective(LogProbKind kind, ClippedSurrogateLoss surrogate, KlLoss divergence) {
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
        ClipRange clip = kind == LogProbKind.SUM ? ClipRange.ofNats(clipRange) : ClipRange.ofRatio(clipRange);
        double limit = Math.log(Math.max(largestRatio, clip.upper()));
        return new PolicyObjective(
                kind, new ClippedSurrogateLoss(clip, Math.min(ClippedSurrogateLoss.UNBOUNDED, limit)), divergence);
    }

    /** The scalar to minimise, and numbers to log by standard name. */
    public record Terms(Operand<TFloat32> loss, Map<String, Operand<TFloat32>> metrics) {}

    /**
     * Builds the objective of a micro-batch.
     *
     * @param advantages {@code [batch]}
     */
    public Terms build(UpdateScope scope, Operand<TFloat32> advantages) {
        Ops tf = scope.graph().tf();
        int size = scope.latentSize();
        UpdateScope.Step step = scope.step();
        ClippedSurrogateLoss.Terms terms = surrogate.build(
                tf, kind.of(tf, step.logProb(), size), kind.of(tf, scope.column(Rollout.LOG_PROB), size), advantages);
        Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>(terms.metrics());
        return new Terms(divergence.addTo(scope, kind, terms.loss(), metrics), metrics);
    }

    /** The surrogate plus a coefficient times the divergence, all scalars. */
    public static Operand<TFloat32> withDivergence(
            Ops tf, Operand<TFloat32> surrogate, Operand<TFloat32> divergence, double coefficient) {
        return tf.math.add(surrogate, tf.math.mul(divergence, tf.constant((float) coefficient)));
    }
}
