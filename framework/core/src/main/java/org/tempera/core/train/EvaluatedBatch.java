package org.tempera.core.train;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.record.image.RgbImage;
import org.tempera.record.image.statistics.ImageStatistics;
import org.tempera.spi.PlainFields;

/**
 * A batch of an evaluation.
 *
 * @param pictures without those that fill up the last batch
 * @param scores by every reward, those that fill up the last batch among them
 * @param gold likewise, by its name; empty where there is none
 * @param signs by name, one for each of the pictures
 */
record EvaluatedBatch(
        List<RgbImage> pictures, SampleScores scores, Map<String, float[]> gold, Map<String, double[]> signs) {
    private static final String PICTURES = "pictures";
    private static final String SCORES = "scores";
    private static final String GOLD = "gold";
    private static final String SIGNS = "signs";

    /**
     * Takes what was found of a batch together.
     *
     * @param count pictures that are none of those that fill it up
     * @param statistics whether those of the pictures are measured
     */
    static EvaluatedBatch of(
            ImageScorer.Scored scored,
            Optional<ImageScorer.Scored> gold,
            List<ScoreFailure> failures,
            int count,
            boolean statistics) {
        List<RgbImage> pictures = IntStream.range(0, count)
                .mapToObj(i -> RgbImage.of(scored.images(), i))
                .toList();
        return new EvaluatedBatch(
                pictures,
                new SampleScores(scored.scores(), failures),
                gold.map(ImageScorer.Scored::scores).orElse(Map.of()),
                statistics ? measured(pictures) : Map.of());
    }

    private static Map<String, double[]> measured(List<RgbImage> pictures) {
        // A large picture takes some hundredths of a second, in which an accelerator would wait.
        List<ImageStatistics> measured =
                pictures.parallelStream().map(ImageStatistics::of).toList();
        Map<String, double[]> signs = new LinkedHashMap<>();
        for (int i = 0; i < measured.size(); i++) {
            int at = i;
            measured.get(i)
                    .byName()
                    .forEach((name, x) -> signs.computeIfAbsent(name, s -> new double[measured.size()])[at] = x);
        }
        return signs;
    }

    /** All of it as plain data. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(PICTURES, pictures.stream().map(EvaluatedBatch::plain).toList());
        state.put(SCORES, SampleScores.state(scores.scores(), scores.failures()));
        state.put(GOLD, gold);
        state.put(SIGNS, signs);
        return state;
    }

    /** What {@link #state} gave. */
    static EvaluatedBatch of(PlainFields state) {
        List<RgbImage> pictures = new ArrayList<>();
        state.list(PICTURES).forEach(p -> pictures.add(picture(PlainFields.of(p))));
        Map<String, float[]> gold = new LinkedHashMap<>();
        PlainFields ofGold = state.fields(GOLD);
        ofGold.names().forEach(name -> gold.put(name, ofGold.floats(name)));
        Map<String, double[]> signs = new LinkedHashMap<>();
        PlainFields byName = state.fields(SIGNS);
        byName.names().forEach(name -> signs.put(name, byName.doubles(name)));
        return new EvaluatedBatch(pictures, SampleScores.of(state.fields(SCORES)), gold, signs);
    }

    private static Map<String, Object> plain(RgbImage picture) {
        return Map.of(
                "width",
                picture.width(),
                "height",
                picture.height(),
                "rgb",
                Base64.getEncoder().encodeToString(picture.bytes()));
    }

    private static RgbImage picture(PlainFields plain) {
        return RgbImage.of(
                plain.integer("width"),
                plain.integer("height"),
                Base64.getDecoder().decode(plain.text("rgb")));
    }
}
