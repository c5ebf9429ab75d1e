package org.tempera.algorithms.ddpo;

import java.util.Optional;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.Require;
import org.tempera.algorithms.stats.UpdatePlan;
import org.tempera.spi.Doc;

/** Block {@code algorithm.ddpo}. */
public record DdpoConfig(
        @Doc("Samples of a micro-batch; it divides the samples of an epoch.") int batchSize,
        @Doc("Micro-batches, each with all its timesteps, that an optimiser step averages over.") int accumulation,
        @Doc("Passes over an epoch's samples.") int innerEpochs,
        @Doc("Share of each sample's timesteps that is learnt from, in (0,1]; drawn at random for each sample.")
                double timestepFraction,
        @Doc("sum: log-probabilities in nats per picture; mean: per number of the latent, as published.")
                LogProbKind logProb,
        @Doc(
                        "How far a step may become likelier or less likely before the loss stops following. Under log-prob = sum in"
                                + " nats per picture, the ratio staying in [e^-c, e^c], 1.6 if left out; under mean the ratio stays"
                                + " in [1-c, 1+c], 1e-4 if left out. c per number is c times the latent's size in nats.")
                Optional<Double> clipRange,
        @Doc("Ratio above which the loss grows on as a straight line: bounds the weight of a bad sample that has become"
                        + " likelier. At least 1.")
                double largestRatio,
        @Doc("How rewards become advantages.") NormalisationConfig rewardNormalisation,
        @Doc("Factor of each step's KL divergence from the reference policy in the loss, measured as log-prob says;"
                        + " 0 is none, and saves a pass through the reference policy.")
                double klLoss) {
    public DdpoConfig {
        Require.plan(batchSize, accumulation, innerEpochs, timestepFraction);
        clipRange.ifPresent(c -> Require.that(c > 0, "clip-range", "greater than 0", c));
        Require.that(largestRatio >= 1, "largest-ratio", "at least 1", largestRatio);
        Require.that(klLoss >= 0, "kl-loss", "0 or more", klLoss);
    }

    /** Two optimiser steps an epoch of 32 samples, as published; advantages clipped at 5. */
    public static DdpoConfig defaults() {
        return new DdpoConfig(8, 2, 1, 1, LogProbKind.SUM, Optional.empty(), 10, NormalisationConfig.defaults(5), 0);
    }

    UpdatePlan plan() {
        return new UpdatePlan(batchSize, accumulation, innerEpochs, true, true, timestepFraction);
    }

    PolicyObjective objective() {
        double clip = clipRange.orElse(
                logProb == LogProbKind.SUM ? PolicyObjective.CLIP_NATS : PolicyObjective.CLIP_PER_NUMBER);
        return PolicyObjective.of(logProb, clip, largestRatio, klLoss);
    }
}
