package org.tempera.algorithms.tdpo;

import java.util.Optional;
import org.tempera.algorithms.Preset;
import org.tempera.algorithms.kl.KlConfig;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.stats.LambdaReturns;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.Require;

/**
 * Blocks {@code algorithm.tdpo} and {@code algorithm.tdpo-r}, which differ in the default of neuron-reset.mode only.
 */
public record TdpoConfig(
        @Doc("Values of the keys left out: default, or reference, the published code's: log-prob = mean, clip-range ="
                        + " 1e-4, no critic replay, neurons scored by relu with threshold 0, the same draws at every reset. A key that is"
                        + " given wins over the preset.")
                Preset preset,
        @Inline StepwiseConfig update,
        @Inline SurrogateConfig surrogate,
        @Doc("How far a value may move from that at sampling before the critic's loss stops following, in units of the"
                        + " normalised return; 0 is no limit. Left out: 0, 0.2 in preset reference.")
                Optional<Double> valueClipRange,
        @Doc("Factor of the critic's loss. The critic has an optimiser of its own, so it matters only beside"
                        + " max-gradient-norm.")
                double valueCoefficient,
        @Doc("Discount of a denoising step, in [0,1].") double gamma,
        @Doc("How far a return goes before it rests on the critic's value, in [0,1] (GAE): 1 goes to the reward itself,"
                        + " as published; the less, the more the critic decides, and its errors with it.")
                double lambda,
        @Doc("Whether advantages are brought to mean 0 and deviation 1 over all samples and steps of an epoch.")
                boolean normaliseAdvantages,
        @Doc("Largest magnitude of an advantage; 0 is no limit.") double advantageClip,
        @Doc("How rewards become the return of the last step.") NormalisationConfig rewardNormalisation,
        @Inline RegulariserConfig regulariser,
        @Doc("What the critic learns from besides the updates that it shares with the policy.")
                CriticReplayConfig criticReplay,
        @Doc("Resets of neurons: what makes TDPO-R of TDPO.") NeuronResetConfig neuronReset) {
    public TdpoConfig {
        valueClipRange.ifPresent(c -> Require.that(c >= 0, "value-clip-range", "0 (no limit) or more", c));
        Require.that(valueCoefficient > 0, "value-coefficient", "greater than 0", valueCoefficient);
        new LambdaReturns(gamma, lambda);
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
                StepwiseConfig.defaults(),
                SurrogateConfig.of(Optional.empty()),
                Optional.empty(),
                1,
                1,
                1,
                true,
                0,
                NormalisationConfig.defaults(0),
                RegulariserConfig.none(),
                CriticReplayConfig.defaults(),
                NeuronResetConfig.defaults());
    }

    private boolean reference() {
        return preset == Preset.REFERENCE;
    }

    KlConfig kl() {
        return regulariser.kl();
    }

    LogProbKind kind() {
        return surrogate.logProb().orElse(usualKind());
    }

    private LogProbKind usualKind() {
        return reference() ? LogProbKind.MEAN : LogProbKind.SUM;
    }

    double valueClip() {
        return valueClipRange.orElse(reference() ? 0.2 : 0.0);
    }

    int replayedSamples() {
        return criticReplay.samples(preset);
    }

    PolicyObjective objective() {
        return surrogate.objective(usualKind(), regulariser);
    }

    TemporalTargets targets() {
        return new TemporalTargets(
                rewardNormalisation.create(),
                new TemporalTargets.Rules(
                        rewardNormalisation.clip(),
                        new LambdaReturns(gamma, lambda),
                        normaliseAdvantages,
                        regulariser.kl().term()));
    }
}
