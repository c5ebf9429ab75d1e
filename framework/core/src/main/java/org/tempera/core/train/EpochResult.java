package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.core.json.PlainFields;
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
