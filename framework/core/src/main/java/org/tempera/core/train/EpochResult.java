package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.spi.PlainFields;

/**
 * What an epoch gave.
 *
 * @param epoch epochs that are complete, this one included
 * @param metrics by standard name
 * @param prompts of the rollout, one for each sample
 * @param scores by reward, each {@code [sample]}; none where the run learns from choices
 * @param failures one for each score that is not finite
 * @param seconds by phase: sampling, reward, training, epoch
 */
public record EpochResult(
        int epoch,
        SortedMap<String, Double> metrics,
        List<String> prompts,
        Map<String, float[]> scores,
        List<ScoreFailure> failures,
        Map<String, Double> seconds) {

    /** All of it as plain data. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("epoch", epoch);
        state.put("metrics", metrics);
        state.put("prompts", prompts);
        state.put("scores", SampleScores.state(scores, failures));
        state.put("seconds", seconds);
        return state;
    }

    /**
     * Fails unless it is the result of an epoch, with a score of every sample under every reward.
     *
     * @throws IllegalArgumentException saying what it is instead
     */
    void require(int itsEpoch, int samples, Set<String> rewards) {
        if (epoch != itsEpoch || prompts.size() != samples) {
            throw new IllegalArgumentException("epoch " + itsEpoch + " with " + samples
                    + " prompts expected, found epoch " + epoch + " with " + prompts.size());
        }
        new SampleScores(scores, failures).require(samples, rewards);
    }

    /** What {@link #state} gave. */
    static EpochResult of(PlainFields state) {
        SampleScores scores = SampleScores.of(state.fields("scores"));
        return new EpochResult(
                state.integer("epoch"),
                new TreeMap<>(state.numbers("metrics")),
                state.texts("prompts"),
                scores.scores(),
                scores.failures(),
                state.numbers("seconds"));
    }
}
