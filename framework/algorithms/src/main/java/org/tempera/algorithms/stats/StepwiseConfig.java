package org.tempera.algorithms.stats;

import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.Require;

/** Keys of every algorithm that learns from the steps that were taken. */
public record StepwiseConfig(
        @Inline UpdateConfig update,
        @Doc("Share of each sample's timesteps that is learnt from, in (0,1]; drawn at random for each sample.")
                double timestepFraction) {
    public StepwiseConfig {
        Require.that(
                timestepFraction > 0 && timestepFraction <= 1,
                "timestep-fraction",
                "greater than 0 and at most 1",
                timestepFraction);
    }

    /** Two optimiser steps for 32 samples, with all timesteps, as published by both DDPO and TDPO. */
    public static StepwiseConfig defaults() {
        return new StepwiseConfig(new UpdateConfig(8, 2, 1), 1);
    }

    /** Samples of a micro-batch. */
    public int batchSize() {
        return update.batchSize();
    }

    /** The order of samples and of each one's timesteps, all of them shuffled. */
    public UpdatePlan plan() {
        return new UpdatePlan(
                update.batchSize(), update.accumulation(), update.innerEpochs(), true, true, timestepFraction);
    }
}
