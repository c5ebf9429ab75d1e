package org.tempera.core.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a checkpoint is to hold.
 *
 * @param epoch epochs that are complete
 * @param withinNext whether the epoch after these has begun, and the content is from within it
 * @param interim whether it is saved for a stop or a failure alone, and a run that went on would not have it
 * @param tensors parameters, optimiser moments and whatever else lies in the graph
 * @param state plain data by part, as from {@link org.tempera.spi.Checkpointable#state}
 * @param counters optimiser steps, samples drawn and the like
 * @param heldOut the held-out reward of this epoch's evaluation, higher is better, by which the best checkpoints are
 *     kept; empty where there was no evaluation
 */
public record CheckpointContent(
        int epoch,
        boolean withinNext,
        boolean interim,
        List<NamedTensor> tensors,
        Map<String, Object> state,
        Map<String, Long> counters,
        OptionalDouble heldOut) {
    public CheckpointContent {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch must be 0 or more, was " + epoch);
        }
        tensors = List.copyOf(tensors);
        state = Map.copyOf(state);
        counters = Map.copyOf(counters);
    }

    /** The same, saved for a stop or a failure alone. */
    public CheckpointContent asInterim() {
        return new CheckpointContent(epoch, withinNext, true, tensors, state, counters, heldOut);
    }

    /** The same with the state of another part. */
    public CheckpointContent with(String part, Map<String, Object> itsState) {
        Map<String, Object> all = new LinkedHashMap<>(state);
        all.put(part, itsState);
        return new CheckpointContent(epoch, withinNext, interim, tensors, all, counters, heldOut);
    }
}
