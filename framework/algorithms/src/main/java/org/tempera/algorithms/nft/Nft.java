package org.tempera.algorithms.nft;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tempera.algorithms.loss.OutputDistance;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.SamplesPerPrompt;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * DiffusionNFT: the policy learns to denoise its better samples as the behaviour weights do and a little better, and
 * its worse ones a little worse. It reads final latents and rewards alone, whatever steps led to them, and keeps
 * nothing from one epoch to the next.
 */
public final class Nft implements Algorithm {
    /** Mean square distance of the policy's outputs from the behaviour weights'. */
    public static final String TO_BEHAVIOUR = "train/distance_to_behaviour";

    private final NftConfig config;

    public Nft(NftConfig config) {
        this.config = config;
    }

    @Override
    public Set<Need> needs() {
        Set<Need> needs = EnumSet.of(Need.BEHAVIOUR_WEIGHTS);
        needs.addAll(config.advantages().needs());
        return needs;
    }

    /** {@inheritDoc} It is made for the behaviour weights to draw. */
    @Override
    public boolean learnsOffPolicy() {
        return true;
    }

    @Override
    public void check(EpochShape epoch) {
        config.update().plan().check(epoch);
        SamplesPerPrompt.requireTwo("algorithm.nft", "compares the samples of a prompt with each other", epoch);
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return config.update()
                .plan()
                .sampleAccumulation(new EpochShape(epoch.samples(), epoch.steps(), epoch.samplesPerPrompt()));
    }

    @Override
    public Losses build(UpdateScope scope) {
        Ops tf = scope.graph().tf();
        Denoising denoising = scope.denoising(new Renoising(config.timesteps(), 1, config.guided()));
        NftLoss.Terms terms = loss(
                scope,
                denoising,
                NftLoss.optimality(
                        tf, scope.column(Targets.ADVANTAGE), config.advantages().clip()));
        Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();
        Operand<TFloat32> loss = config.distance().loss().addTo(tf, denoising::prediction, terms.loss(), metrics);
        metrics.put(MetricNames.POLICY_LOSS, loss);
        metrics.put(
                TO_BEHAVIOUR,
                OutputDistance.mean(tf, denoising.prediction(Weights.POLICY), denoising.prediction(Weights.BEHAVIOUR)));
        return new Losses(loss, Optional.empty(), metrics);
    }

    /**
     * The loss of samples that were noised, without the distance from the reference policy.
     *
     * @param optimality how good each sample is, in [0,1], {@code [batch]}
     */
    public NftLoss.Terms loss(UpdateScope scope, Denoising denoising, Operand<TFloat32> optimality) {
        return config.loss()
                .build(
                        scope.graph().tf(),
                        new NftLoss.Outputs(
                                denoising.clean(),
                                denoising::clean,
                                denoising.prediction(Weights.POLICY),
                                denoising.prediction(Weights.BEHAVIOUR)),
                        optimality);
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        double[] advantages = config.advantages().create().of(epoch.prompts(), rewards);
        return new Targets(Map.of(Targets.ADVANTAGE, Axes.narrow(Axes.repeat(advantages, 1))), Map.of());
    }

    /** Where no sample is better than another the policy would only be drawn to the behaviour weights. */
    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return config.distance().isNone() && targets.isZero(Targets.ADVANTAGE);
    }

    /** Every step of a sample, whether it added noise or not: only its timestep is read. */
    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        List<Integer> steps = IntStream.range(0, epoch.steps()).boxed().toList();
        return config.update().plan().sampleBySample(epoch.samples(), steps, seed);
    }
}
