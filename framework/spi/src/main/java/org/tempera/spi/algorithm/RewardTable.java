package org.tempera.spi.algorithm;

import java.util.Map;

/**
 * Scores of a rollout's images by the rewards that are trained on. Held-out scores are out of an algorithm's reach.
 *
 * @param training the combined training reward, {@code [sample]}
 * @param byName every reward that is trained on by its name in the config, raw, each {@code [sample]}
 */
public record RewardTable(float[] training, Map<String, float[]> byName) {}
