package org.tempera.core.train;

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
 */
public record Evaluation(
        int epoch,
        List<String> prompts,
        long seed,
        List<RgbImage> pictures,
        Optional<float[]> training,
        Map<String, float[]> rewards,
        Optional<float[]> gold,
        List<ScoreFailure> failures) {}
