package org.tempera.algorithms.dpok;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.algorithms.kl.Regulariser;
import org.tempera.algorithms.loss.ClippedValueLoss;
import org.tempera.algorithms.loss.OutputDistance;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.Diagnostics;
import org.tempera.algorithms.tdpo.TemporalTargets;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * DPOK: transitions in any order, each weighted with the reward of its sample less a baseline, and held near the
 * reference policy. Transitions of earlier epochs may be learnt from again.
 */
public final class Dpok implements Algorithm {
    private static final String KEY = "algorithm.dpok";

    /** Mean square of what the guided prediction differs from the reference's by. */
    static final String PREDICTION_ERROR = "train/prediction_error_to_reference";

    private final DpokConfig config;
    private final PolicyObjective objective;
    private final ClippedValueLoss valueLoss = new ClippedValueLoss(0);
    private final TemporalTargets targets;
    private final Regulariser regulariser;

    public Dpok(DpokConfig config) {
        this.config = config;
        this.objective = config.objective();
        this.targets = config.targets();
        this.regulariser = config.regulariser().regulariser();
    }

    @Override
    public Set<Need> needs() {
        return config.valued() ? Set.of(Need.CRITIC) : Set.of();
    }

    @Override
    public List<RolloutColumn> columns() {
        return regulariser.columns();
    }

    @Override
    public void check(EpochShape epoch) {
        config.update().plan().check(epoch);
        if (config.keptSamples() > 0 && config.keptSamples() < epoch.samples()) {
            throw new UserException(KEY + ".kept-samples: expected 0 (none) or at least the " + epoch.samples()
                    + " samples of an epoch, since epochs are kept whole, found " + config.keptSamples());
        }
    }

    @Override
    public void check(RewardNames rewards) {
        regulariser.check(rewards, KEY);
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public int accumulation(EpochShape epoch) {
        int batches = epoch.samples() * epoch.stochasticSteps().size() / batchSize();
        return Math.max(1, Math.min(config.update().accumulation(), batches));
    }

    @Override
    public Losses build(UpdateScope scope) {
        Ops tf = scope.graph().tf();
        PolicyObjective.Terms terms = objective.build(scope, scope.column(Targets.ADVANTAGE));
        Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>(terms.metrics());
        Operand<TFloat32> loss = terms.loss();
        if (config.predictionCoefficient() > 0) {
            Operand<TFloat32> error = OutputDistance.mean(
                    tf, scope.step().prediction(), scope.step().referencePrediction());
            metrics.put(PREDICTION_ERROR, error);
            loss = PolicyObjective.withDivergence(tf, loss, error, config.predictionCoefficient());
        }
        if (!config.valued()) {
            return new Losses(loss, Optional.empty(), metrics, terms.rows());
        }
        ClippedValueLoss.Terms value =
                valueLoss.build(tf, scope.value(), scope.column(Targets.RETURN), scope.column(Rollout.VALUE));
        metrics.put(MetricNames.CRITIC_LOSS, value.loss());
        return new Losses(loss, Optional.of(value.loss()), metrics, terms.rows());
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        List<Integer> learnt = epoch.stochasticSteps();
        double[][] values =
                config.valued() ? Axes.widen(epoch.column(Rollout.VALUE)) : new double[epoch.samples()][epoch.steps()];
        double[] raw = Axes.widen(rewards.training());
        TemporalTargets.Epoch computed = targets.compute(
                epoch.prompts(),
                config.rewardFilter() ? filtered(raw) : raw,
                rewards.skipped(),
                values,
                Optional.empty(),
                learnt);
        Regulariser.Epoch held =
                regulariser.take(epoch, rewards, objective.kind().divisor(epoch.latentSize()));
        Map<String, float[][]> columns = new LinkedHashMap<>(held.columns());
        Map<String, Double> metrics = new LinkedHashMap<>(held.metrics());
        columns.put(Targets.ADVANTAGE, Axes.narrow(held.charged(computed.advantages())));
        if (config.valued()) {
            columns.put(Targets.RETURN, Axes.narrow(computed.returns()));
            double explained =
                    Diagnostics.explainedVariance(Axes.select(values, learnt), Axes.select(computed.returns(), learnt));
            if (Double.isFinite(explained)) {
                metrics.put(MetricNames.EXPLAINED_VARIANCE, explained);
            }
        }
        return new Targets(columns, metrics);
    }

    /** Rewards below 0 count as 0: what is worse than that is not unlearnt the more. */
    private static double[] filtered(double[] rewards) {
        double[] out = rewards.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.max(0, out[i]);
        }
        return out;
    }

    /** Without a distance to the reference policy, which teaches too, the advantages weight all there is. */
    @Override
    public boolean hasNothingToLearn(Targets epoch) {
        return config.regulariser().isNone() && epoch.isZero(Targets.ADVANTAGE);
    }

    @Override
    public int keptSamples() {
        return config.keptSamples();
    }

    /** Transitions in one shuffled order, those that were kept among the epoch's own. */
    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return config.update()
                .plan()
                .pairs(epoch.samples(), epoch.stochasticSteps(), config.update().innerEpochs(), seed);
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>(regulariser.state());
        state.put("targets", targets.state());
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        targets.restore(PlainFields.of(state).map("targets"));
        regulariser.restore(state);
    }
}
