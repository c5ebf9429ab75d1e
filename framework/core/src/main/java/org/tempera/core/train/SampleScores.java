package org.tempera.core.train;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.PlainFields;

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

    /**
     * Fails unless there is a score of every sample under every reward, and a failure for each that is not finite.
     *
     * @throws IllegalArgumentException saying what there is instead
     */
    void require(int samples, Set<String> rewards) {
        if (!scores.keySet().equals(rewards)) {
            throw new IllegalArgumentException(
                    "scores of the rewards " + rewards + " expected, found " + scores.keySet());
        }
        Set<String> missing = new TreeSet<>();
        scores.forEach((name, values) -> {
            if (values.length != samples) {
                throw new IllegalArgumentException(
                        samples + " scores of '" + name + "' expected, found " + values.length);
            }
            for (int i = 0; i < samples; i++) {
                if (!Float.isFinite(values[i])) {
                    missing.add(place(name, i));
                }
            }
        });
        Set<String> failed = new TreeSet<>();
        failures.forEach(f -> failed.add(place(f.reward(), f.sample())));
        if (!failed.equals(missing)) {
            throw new IllegalArgumentException("failures expected of " + missing + ", found of " + failed);
        }
    }

    private static String place(String reward, int sample) {
        return reward + " for sample " + sample;
    }

    private static Map<String, Object> plain(ScoreFailure f) {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("reward", f.reward());
        plain.put("sample", f.sample());
        plain.put("prompt", f.prompt());
        plain.put("reason", f.reason());
        plain.put("explained", f.kind() != ScoreFailure.Kind.UNEXPLAINED);
        plain.put("passing", f.kind() == ScoreFailure.Kind.PASSING);
        f.picture().ifPresent(picture -> {
            plain.put("width", picture.width());
            plain.put("height", picture.height());
            plain.put("rgb", Base64.getEncoder().encodeToString(picture.bytes()));
        });
        return plain;
    }

    /** Checkpoints of before have neither flag, or the first. */
    private static ScoreFailure.Kind kind(PlainFields f) {
        if (f.has("passing") && f.flag("passing")) {
            return ScoreFailure.Kind.PASSING;
        }
        return f.has("explained") && f.flag("explained") ? ScoreFailure.Kind.EXPLAINED : ScoreFailure.Kind.UNEXPLAINED;
    }

    private static ScoreFailure failure(PlainFields f) {
        return new ScoreFailure(
                f.text("reward"),
                f.integer("sample"),
                f.text("prompt"),
                f.text("reason"),
                kind(f),
                f.has("rgb")
                        ? Optional.of(RgbImage.of(
                                f.integer("width"),
                                f.integer("height"),
                                Base64.getDecoder().decode(f.text("rgb"))))
                        : Optional.empty(),
                Optional.empty());
    }
}
