package org.tempera.core.train;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.tempera.core.reward.ScoreFailure;

/**
 * What an epoch gave.
 *
 * @param epoch epochs that are complete, this one included
 * @param metrics by standard name
 * @param prompts of the rollout, one for each sample
 * @param scores by reward, each {@code [sample]}
 * @param failures one for each score that is not finite
 * @param seconds by phase: sampling, reward, training, epoch
 */
public record EpochResult(
        int epoch,
        SortedMap<String, Double> metrics,
        List<String> prompts,
        Map<String, float[]> scores,
        List<ScoreFailure> failures,
        Map<String, Double> seconds) {}
