package org.tempera.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.random.StatelessRandom;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Importance-weighted policy gradient with a running mean as baseline: the least that exercises the loop and its state.
 */
class TinyReinforce implements Algorithm {
    private double baseline;

    @Override
    public List<RolloutColumn> columns() {
        return List.of(RolloutColumn.LOG_PROB);
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return epoch.samples() / 4;
    }

    @Override
    public int batchSize() {
        return 4;
    }

    @Override
    public Losses build(UpdateScope scope) {
        Ops tf = scope.graph().tf();
        Operand<TFloat32> ratio = tf.math.exp(tf.math.sub(scope.step().logProb(), scope.column(Rollout.LOG_PROB)));
        Operand<TFloat32> loss =
                tf.math.neg(tf.math.mean(tf.math.mul(ratio, scope.column(Targets.ADVANTAGE)), tf.constant(0)));
        Operand<TFloat32> error = tf.max(
                tf.math.abs(tf.math.sub(ratio, tf.constant(1f))),
                tf.constant(0),
                org.tensorflow.op.core.Max.keepDims(false));
        Operand<TFloat32> ofLogs =
                tf.max(tf.math.abs(tf.math.log(ratio)), tf.constant(0), org.tensorflow.op.core.Max.keepDims(false));
        return new Losses(
                loss,
                Optional.empty(),
                Map.of(
                        MetricNames.RATIO_ERROR,
                        error,
                        MetricNames.LOG_PROB_ERROR,
                        tf.math.minimum(ofLogs, tf.constant(Float.MAX_VALUE))),
                Map.of(MetricNames.RATIO, ratio));
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        double mean = 0;
        for (float r : rewards.training()) {
            mean += r / rewards.training().length;
        }
        float[][] advantages = new float[epoch.samples()][epoch.steps()];
        for (int i = 0; i < advantages.length; i++) {
            Arrays.fill(advantages[i], (float) (rewards.training()[i] - baseline));
        }
        baseline = 0.5 * baseline + 0.5 * mean;
        return new Targets(Map.of(Targets.ADVANTAGE, advantages), Map.of());
    }

    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return targets.isZero(Targets.ADVANTAGE);
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        List<Minibatch> plan = new ArrayList<>();
        int[] order = StatelessRandom.of(seed).permutation(epoch.samples());
        for (int t : epoch.stochasticSteps()) {
            for (int first = 0; first < epoch.samples(); first += 4) {
                int[] rows = Arrays.copyOfRange(order, first, first + 4);
                int[] at = new int[4];
                Arrays.fill(at, t);
                plan.add(new Minibatch(rows, at, first + 4 == epoch.samples()));
            }
        }
        return plan;
    }

    @Override
    public Map<String, Object> state() {
        return Map.of("baseline", baseline);
    }

    @Override
    public void restore(Map<String, Object> state) {
        if (state.get("baseline") instanceof Number b) {
            baseline = b.doubleValue();
        }
    }
}
