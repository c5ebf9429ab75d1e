package org.tempera.core.train;

import java.util.List;
import java.util.Map;
import org.tempera.core.image.RgbImage;
import org.tempera.core.reward.ScoreFailure;

/**
 * Pictures of fixed prompts from fixed noise, with their scores.
 *
 * @param epoch epochs that are complete
 * @param prompts one for each picture
 * @param pictures in the order of the prompts
 * @param scores by name, each {@code [picture]}: every reward, the combined training reward, and gold where there is one
 * @param failures one for each of the rewards' scores that is not finite
 */
public record Evaluation(
        int epoch,
        List<String> prompts,
        List<RgbImage> pictures,
        Map<String, float[]> scores,
        List<ScoreFailure> failures) {}
