package org.tempera.core.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.record.image.RgbImage;

/**
 * Pictures of fixed prompts from fixed noise, with their scores.
 *
 * @param epoch epochs that are complete
 * @param prompts one for each picture
 * @param seed of the noise that they begin with
 * @param pictures in the order of the prompts
 * @param training the combined training reward, {@code [picture]}; empty where no reward is trained on
 * @param rewards every reward by name, each {@code [picture]}
 * @param gold the gold score where there is one, {@code [picture]}
 * @param failures one for each of the rewards' scores that is not finite
 * @param signs what may betray over-optimisation and is no score, by name, each {@code [picture]}
 */
public record Evaluation(
        int epoch,
        List<String> prompts,
        long seed,
        List<RgbImage> pictures,
        Optional<float[]> training,
        Map<String, float[]> rewards,
        Optional<float[]> gold,
        List<ScoreFailure> failures,
        Map<String, double[]> signs) {
    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException unless there is a picture, and of each a prompt and its scores
     */
    public Evaluation {
        prompts = List.copyOf(prompts);
        pictures = List.copyOf(pictures);
        rewards = Collections.unmodifiableMap(new LinkedHashMap<>(rewards));
        failures = List.copyOf(failures);
        signs = Collections.unmodifiableMap(new LinkedHashMap<>(signs));
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("prompts", prompts.size());
        sizes.put("pictures", pictures.size());
        training.ifPresent(scores -> sizes.put("scores of the training reward", scores.length));
        rewards.forEach((name, scores) -> sizes.put("scores of reward '" + name + "'", scores.length));
        gold.ifPresent(scores -> sizes.put("gold scores", scores.length));
        signs.forEach((name, numbers) -> sizes.put("numbers of the sign '" + name + "'", numbers.length));
        int expected = prompts.size();
        if (expected == 0 || sizes.values().stream().anyMatch(size -> size != expected)) {
            throw new IllegalArgumentException(
                    "an evaluation has at least one picture, and of each its prompt and its scores, was " + sizes);
        }
    }

    /** Pictures of which nothing but scores is known. */
    public Evaluation(
            int epoch,
            List<String> prompts,
            long seed,
            List<RgbImage> pictures,
            Optional<float[]> training,
            Map<String, float[]> rewards,
            Optional<float[]> gold,
            List<ScoreFailure> failures) {
        this(epoch, prompts, seed, pictures, training, rewards, gold, failures, Map.of());
    }
}
