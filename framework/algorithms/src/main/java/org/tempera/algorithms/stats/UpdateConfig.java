package org.tempera.algorithms.stats;

import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Keys of every algorithm: how the samples of an epoch make micro-batches and optimiser steps. */
public record UpdateConfig(
        @Doc("Samples of a micro-batch; it divides the samples of an epoch.") int batchSize,
        @Doc("Micro-batches that an optimiser step averages over: of one timestep slot under tdpo and tdpo-r, of"
                        + " single transitions under dpok, of whole samples under the others.")
                int accumulation,
        @Doc("Passes over an epoch's samples, each in another order.") int innerEpochs) {
    public UpdateConfig {
        Require.that(batchSize >= 1, "batch-size", "at least 1", batchSize);
        Require.that(accumulation >= 1, "accumulation", "at least 1", accumulation);
        Require.that(innerEpochs >= 1, "inner-epochs", "at least 1", innerEpochs);
    }

    /** The order for an algorithm that learns from whole samples, whatever their steps. */
    public UpdatePlan plan() {
        return new UpdatePlan(batchSize, accumulation, innerEpochs, true, false, 1);
    }
}
