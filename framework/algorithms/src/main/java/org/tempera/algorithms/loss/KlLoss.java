package org.tempera.algorithms.loss;

import java.util.Map;
import org.tempera.algorithms.kl.KlGate;
import org.tempera.nn.diffusion.GaussianDivergence;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.UpdateScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The divergence of the steps from the reference policy as a term of a loss, in closed form
 * ({@link GaussianDivergence}).
 *
 * @param coefficient its factor, 0 for none
 * @param gated whether each row's divergence is weighted with the column {@link KlGate#WEIGHT}
 */
public record KlLoss(double coefficient, boolean gated) {
    /**
     * The loss with the term added, a scalar; the same loss where there is no term.
     *
     * @param kind what the divergence is measured over
     * @param loss a scalar
     * @param metrics gets the mean divergence of all rows, whatever their weights
     */
    public Operand<TFloat32> addTo(
            UpdateScope scope, LogProbKind kind, Operand<TFloat32> loss, Map<String, Operand<TFloat32>> metrics) {
        if (coefficient == 0) {
            return loss;
        }
        Ops tf = scope.graph().tf();
        UpdateScope.Step step = scope.step();
        Operand<TFloat32> rows = kind.of(
                tf,
                GaussianDivergence.sum(tf, step.mean(), step.referenceMean(), step.standardDeviation()),
                scope.latentSize());
        Operand<TFloat32> kl = Shapes.mean(tf, rows);
        metrics.put(MetricNames.KL_TO_REFERENCE, kl);
        Operand<TFloat32> held = gated ? Shapes.mean(tf, tf.math.mul(rows, scope.column(KlGate.WEIGHT))) : kl;
        return PolicyObjective.withDivergence(tf, loss, held, coefficient);
    }
}
