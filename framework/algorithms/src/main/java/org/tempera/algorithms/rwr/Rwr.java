package org.tempera.algorithms.rwr;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.rwr.RwrWeights.Weighting;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** RWR: the policy learns to denoise its own samples, the better ones more. Reads no steps and no log-probabilities. */
public final class Rwr implements Algorithm {
    /** Column of the targets: a sample's weight, the same at each of its steps. */
    public static final String WEIGHT = "weight";

    private final RwrConfig config;
    private final RewardNormalisation normalisation;

    public Rwr(RwrConfig config) {
        this.config = config;
        this.normalisation = config.rewardNormalisation().create();
    }

    @Override
    public void check(EpochShape epoch) {
        config.update().plan().check(epoch);
        if (config.weighting() != Weighting.EPOCH && epoch.samplesPerPrompt() < 2) {
            throw new UserException(
                    "sampling.samples-per-prompt: weights among the samples of one prompt need at least 2"
                            + " of them, found " + epoch.samplesPerPrompt()
                            + "; draw more, or set algorithm.rwr.weighting = epoch");
        }
    }

    /** {@inheritDoc} It learns from pictures and their rewards, whoever drew them. */
    @Override
    public boolean learnsOffPolicy() {
        return true;
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return config.update().plan().slotAccumulation(epoch);
    }

    @Override
    public Losses build(UpdateScope scope) {
        Denoising denoising = scope.denoising(new Renoising(Renoising.Level.UNIFORM, 1, config.guided()));
        Ops tf = scope.graph().tf();
        Operand<TFloat32> weighted =
                RwrLoss.build(tf, scope.column(WEIGHT), denoising.prediction(Weights.POLICY), denoising.target());
        Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();
        Operand<TFloat32> loss = config.distance().loss().addTo(tf, denoising::prediction, weighted, metrics);
        metrics.put(MetricNames.POLICY_LOSS, loss);
        return new Losses(loss, Optional.empty(), metrics);
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        double[] normal = RewardNormalisation.clip(
                normalisation.update(epoch.prompts(), Axes.widen(rewards.training()), rewards.skipped()),
                config.rewardNormalisation().clip());
        double[] weights = RwrWeights.compute(
                epoch.prompts(), normal, rewards.skipped(), config.weighting(), config.temperature());
        return new Targets(
                Map.of(WEIGHT, Axes.narrow(Axes.repeat(weights, epoch.steps()))),
                Map.of("train/effective_share", RwrWeights.effectiveShare(weights, rewards.skipped())));
    }

    /**
     * Equal weights say nothing of rewards: the policy would only be fitted to what it draws anyway, and, where
     * something holds it, drawn to the reference policy. They are 1, and 0 of skipped samples.
     */
    @Override
    public boolean hasNothingToLearn(Targets targets) {
        if (!config.distance().isNone()) {
            return false;
        }
        for (float[] steps : targets.columns().getOrDefault(WEIGHT, new float[0][])) {
            if (steps[0] != 0 && steps[0] != 1) {
                return false;
            }
        }
        return true;
    }

    /** Samples alone: where a sample is noised to is drawn with every row, and no step of its own is read. */
    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return config.update().plan().slotBySlot(epoch.samples(), List.of(0), seed);
    }

    @Override
    public Map<String, Object> state() {
        return Map.of("normalisation", normalisation.state());
    }

    @Override
    public void restore(Map<String, Object> state) {
        normalisation.restore(PlainFields.of(state).map("normalisation"));
    }
}
