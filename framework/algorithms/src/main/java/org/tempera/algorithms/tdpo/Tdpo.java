package org.tempera.algorithms.tdpo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.algorithms.kl.LogProbs;
import org.tempera.algorithms.kl.Regulariser;
import org.tempera.algorithms.loss.ClippedValueLoss;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.Diagnostics;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stats.RunningMoments;
import org.tempera.algorithms.stats.TemporalAdvantages;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochEnd;
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
 * TDPO and TDPO-R (Zhang et al. 2024): every denoising step has an advantage of its own, return minus the critic's
 * value, and an optimiser step of its own; TDPO-R resets the critic's active neurons now and then. Equations (1) to (9)
 * of docs/algorithms/tdpo.md.
 */
public final class Tdpo implements Algorithm {

    private final TdpoConfig config;
    private final ResetMode usualReset;
    private final PolicyObjective objective;
    private final ClippedValueLoss valueLoss;
    private final TemporalTargets targets;
    private final NeuronRecycler recycler;
    private final Regulariser gate;

    /**
     * An algorithm with the state of a run that begins.
     *
     * @param resetMode which neurons are reset where the config does not say: NONE for TDPO, ACTIVE for TDPO-R
     */
    public Tdpo(TdpoConfig config, ResetMode resetMode) {
        this.config = config;
        this.usualReset = resetMode;
        this.objective = config.objective();
        this.valueLoss = new ClippedValueLoss(config.valueClip());
        this.targets = config.targets();
        this.recycler = config.neuronReset().recycler(config.preset(), resetMode);
        // The penalty is part of the returns, which the critic learns: the targets charge it.
        this.gate =
                new Regulariser(Optional.empty(), config.regulariser().klGate().gate());
    }

    @Override
    public Set<Need> needs() {
        return config.neuronReset().target().adapters()
                ? Set.of(Need.CRITIC, Need.ADAPTER_NEURONS)
                : Set.of(Need.CRITIC);
    }

    @Override
    public List<RolloutColumn> columns() {
        return config.regulariser().regulariser().columns();
    }

    @Override
    public void check(EpochShape epoch) {
        config.update().plan().check(epoch);
    }

    @Override
    public void check(RewardNames rewards) {
        gate.check(rewards, usualReset == ResetMode.ACTIVE ? "algorithm.tdpo-r" : "algorithm.tdpo");
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return config.update().plan().slotAccumulation(epoch);
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public Losses build(UpdateScope scope) {
        Ops tf = scope.graph().tf();
        PolicyObjective.Terms policy = objective.build(scope, scope.column(Targets.ADVANTAGE));
        ClippedValueLoss.Terms value =
                valueLoss.build(tf, scope.value(), scope.column(Targets.RETURN), scope.column(Rollout.VALUE));
        Operand<TFloat32> critic = tf.math.mul(value.loss(), tf.constant((float) config.valueCoefficient()));
        Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>(policy.metrics());
        metrics.put(MetricNames.CRITIC_LOSS, value.loss());
        metrics.put(MetricNames.CRITIC_CLIP_FRACTION, value.clipFraction());
        return new Losses(policy.loss(), Optional.of(critic), metrics, policy.rows());
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        List<Integer> learnt = epoch.stochasticSteps();
        double[][] allValues = Axes.widen(epoch.column(Rollout.VALUE));
        TemporalTargets.Epoch computed = targets.compute(
                epoch.prompts(), Axes.widen(rewards.training()), rewards.skipped(), allValues, logProbs(epoch), learnt);
        double[][] advantages = computed.advantages();
        for (int i = 0; i < advantages.length; i++) {
            advantages[i] = RewardNormalisation.clip(advantages[i], config.advantageClip());
        }
        double[][] values = Axes.select(allValues, learnt);
        double[][] returns = Axes.select(computed.returns(), learnt);
        Map<String, Double> metrics = new LinkedHashMap<>();
        double explained = Diagnostics.explainedVariance(values, returns);
        if (Double.isFinite(explained)) {
            metrics.put(MetricNames.EXPLAINED_VARIANCE, explained);
        }
        metrics.put(
                MetricNames.VALUE_MEAN, RunningMoments.of(Axes.flatten(values)).mean());
        RunningMoments temporal = RunningMoments.of(Axes.flatten(TemporalAdvantages.compute(returns, values)));
        metrics.put("train/temporal_reward_mean", temporal.mean());
        metrics.put("train/temporal_reward_deviation", temporal.populationDeviation());
        computed.meanKl().ifPresent(kl -> metrics.put(Regulariser.KL_OF_SAMPLES, kl));
        if (!config.kl().isNone()) {
            metrics.put(Regulariser.KL_FACTOR, computed.klFactor());
        }
        Regulariser.Epoch held = gate.take(epoch, rewards, 1);
        metrics.putAll(held.metrics());
        Map<String, float[][]> columns = new LinkedHashMap<>(held.columns());
        columns.put(Targets.ADVANTAGE, Axes.narrow(advantages));
        columns.put(Targets.RETURN, Axes.narrow(computed.returns()));
        return new Targets(columns, metrics);
    }

    /** Log-probabilities as sums or means, as the ratio has them; absent where no penalty needs them. */
    private Optional<LogProbs> logProbs(EpochColumns epoch) {
        return config.kl().isNone()
                ? Optional.empty()
                : Optional.of(LogProbs.of(epoch, config.kind().divisor(epoch.latentSize())));
    }

    /** Without a distance to the reference policy, which teaches too, the advantages weight all there is. */
    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return config.regulariser().isNone() && targets.isZero(Targets.ADVANTAGE);
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return config.update().plan().slotBySlot(epoch.samples(), epoch.stochasticSteps(), seed);
    }

    @Override
    public void endOfEpoch(EpochEnd end) {
        recycler.endOfEpoch(end);
    }

    @Override
    public int replayedSamples() {
        return config.replayedSamples();
    }

    @Override
    public List<Minibatch> replayPlan(EpochShape kept, long seed) {
        return config.update()
                .plan()
                .pairs(
                        kept.samples(),
                        kept.stochasticSteps(),
                        config.criticReplay().passes(),
                        seed);
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("targets", targets.state());
        state.put("neurons", recycler.state());
        state.putAll(gate.state());
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        targets.restore(PlainFields.of(state).map("targets"));
        recycler.restore(PlainFields.of(state).map("neurons"));
        gate.restore(state);
    }
}
