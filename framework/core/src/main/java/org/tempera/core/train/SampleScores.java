package org.tempera.core.train;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.image.RgbImage;
import org.tempera.core.json.PlainFields;
import org.tempera.core.reward.ScoreFailure;

/**
 * Scores of samples and what failed of them, to and from plain data.
 *
 * @param scores by reward, each {@code [sample]}
 * @param failures one for each score that is not finite; what a reward threw is not kept
 */
record SampleScores(Map<String, float[]> scores, List<ScoreFailure> failures) {
    private static final String SCORES = "scores";
    private static final String FAILURES = "failures";

    /** As plain data. */
    static Map<String, Object> state(Map<String, float[]> scores, List<ScoreFailure> failures) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(SCORES, scores);
        state.put(FAILURES, failures.stream().map(SampleScores::plain).toList());
        return state;
    }

    /** What {@link #state} gave. */
    static SampleScores of(PlainFields state) {
        Map<String, float[]> scores = new LinkedHashMap<>();
        PlainFields byName = state.fields(SCORES);
        byName.names().forEach(name -> scores.put(name, byName.floats(name)));
        List<ScoreFailure> failures = new ArrayList<>();
        state.list(FAILURES).forEach(f -> failures.add(failure(PlainFields.of(f))));
        return new SampleScores(scores, failures);
    }

    private static Map<String, Object> plain(ScoreFailure f) {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("reward", f.reward());
        plain.put("sample", f.sample());
        plain.put("prompt", f.prompt());
        plain.put("reason", f.reason());
        plain.put("width", f.picture().width());
        plain.put("height", f.picture().height());
        plain.put("rgb", Base64.getEncoder().encodeToString(f.picture().bytes()));
        return plain;
    }

    private static ScoreFailure failure(PlainFields f) {
        return new ScoreFailure(
                f.text("reward"),
                f.integer("sample"),
                f.text("prompt"),
                f.text("reason"),
                RgbImage.of(
                        f.integer("width"),
                        f.integer("height"),
                        Base64.getDecoder().decode(f.text("rgb"))),
                Optional.empty());
    }
}
