package org.tempera.record.archive;

/**
 * What a run had spent when an epoch was complete.
 *
 * @param epoch epochs that are complete; 0 before training
 * @param queries pictures that the training reward was asked for until then, those of evaluations apart
 * @param seconds of training by the clock until then, evaluations apart
 */
public record RunCost(int epoch, long queries, double seconds) {}
