package org.tempera.algorithms.tdpo;

import java.util.Optional;
import org.tempera.algorithms.Preset;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.Require;
import org.tempera.algorithms.stats.UpdatePlan;
import org.tempera.spi.Doc;

/** Blocks {@code algorithm.tdpo} and {@code algorithm.tdpo-r}, which differ in the default of neuron-reset.mode only. */
public record TdpoConfig(
        @Doc("Values of the keys left out: default, or reference, the published code's: log-prob = mean, clip-range ="
                        + " 1e-4, no critic replay, neurons scored by relu with threshold 0, the same draws at every reset. A key that is"
                        + " given wins over the preset.")
                Preset preset,
        @Doc("Samples of a micro-batch; it divides the samples of an epoch.") int batchSize,
        @Doc("Micro-batches of one timestep slot that an optimiser step averages over.") int accumulation,
        @Doc("Passes over an epoch's samples.") int innerEpochs,
        @Doc("Share of each sample's timesteps that is learnt from, in (0,1]; drawn at random for each sample.")
                double timestepFraction,
        @Doc("sum: log-probabilities in nats per picture; mean: per number of the latent, as published. Left out: sum,"
                        + " mean in preset reference.")
                Optional<LogProbKind> logProb,
        @Doc(
                        "How far a step may become likelier or less likely before the loss stops following. Under log-prob = sum in"
                                + " nats per picture, the ratio staying in [e^-c, e^c], 1.6 if left out; under mean the ratio stays"
                                + " in [1-c, 1+c], 1e-4 if left out. c per number is c times the latent's size in nats.")
                Optional<Double> clipRange,
        @Doc("Ratio above which the loss grows on as a straight line: bounds the weight of a bad sample that has become"
                        + " likelier. At least 1.")
                double largestRatio,
        @Doc("How far a value may move from that at sampling before the critic's loss stops following, in units of the"
                        + " normalised return; 0 is no limit. Left out: 0, 0.2 in preset reference.")
                Optional<Double> valueClipRange,
        @Doc("Factor of the critic's loss. The critic has an optimiser of its own, so it matters only beside"
                        + " max-gradient-norm.")
                double valueCoefficient,
        @Doc("Discount of a denoising step, in [0,1].") double gamma,
        @Doc("Whether advantages are brought to mean 0 and deviation 1 over all samples and steps of an epoch.")
                boolean normaliseAdvantages,
        @Doc("Largest magnitude of an advantage; 0 is no limit.") double advantageClip,
        @Doc("How rewards become the return of the last step.") NormalisationConfig rewardNormalisation,
        @Doc("What departing from the reference policy costs.") KlConfig kl,
        @Doc("What the critic learns from besides the updates that it shares with the policy.")
                CriticReplayConfig criticReplay,
        @Doc("Resets of neurons: what makes TDPO-R of TDPO.") NeuronResetConfig neuronReset) {
    public TdpoConfig {
        Require.plan(batchSize, accumulation, innerEpochs, timestepFraction);
        clipRange.ifPresent(c -> Require.that(c > 0, "clip-range", "greater than 0", c));
        Require.that(largestRatio >= 1, "largest-ratio", "at least 1", largestRatio);
        valueClipRange.ifPresent(c -> Require.that(c >= 0, "value-clip-range", "0 (no limit) or more", c));
        Require.that(valueCoefficient > 0, "value-coefficient", "greater than 0", valueCoefficient);
        Require.that(gamma >= 0 && gamma <= 1, "gamma", "in [0,1]", gamma);
        Require.that(advantageClip >= 0, "advantage-clip", "0 (no limit) or more", advantageClip);
    }

    /** Two optimiser steps a timestep slot at 32 samples an epoch, as published. */
    public static TdpoConfig defaults() {
        return of(Preset.DEFAULT);
    }

    /** A preset with nothing else said. */
    public static TdpoConfig of(Preset preset) {
        return new TdpoConfig(
                preset,
                8,
                2,
                1,
                1,
                Optional.empty(),
                Optional.empty(),
                10,
                Optional.empty(),
                1,
                1,
                true,
                0,
                NormalisationConfig.defaults(0),
                KlConfig.defaults(),
                CriticReplayConfig.defaults(),
                NeuronResetConfig.defaults());
    }

    private boolean reference() {
        return preset == Preset.REFERENCE;
    }

    LogProbKind kind() {
        return logProb.orElse(reference() ? LogProbKind.MEAN : LogProbKind.SUM);
    }

    double valueClip() {
        return valueClipRange.orElse(reference() ? 0.2 : 0.0);
    }

    UpdatePlan plan() {
        return new UpdatePlan(batchSize, accumulation, innerEpochs, true, true, timestepFraction);
    }

    int replayedSamples() {
        return criticReplay.samples(preset);
    }

    PolicyObjective objective() {
        double clip = clipRange.orElse(
                kind() == LogProbKind.SUM ? PolicyObjective.CLIP_NATS : PolicyObjective.CLIP_PER_NUMBER);
        return PolicyObjective.of(kind(), clip, largestRatio, kl.loss());
    }

    TemporalTargets targets() {
        return new TemporalTargets(
                rewardNormalisation.create(),
                new TemporalTargets.Rules(rewardNormalisation.clip(), gamma, normaliseAdvantages, kl.term()));
    }
}
