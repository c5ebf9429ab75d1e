package org.tempera.spi.algorithm;

import java.util.Map;

/**
 * Scores of a rollout's images.
 *
 * @param training the combined training reward, {@code [sample]}
 * @param byName every reward by its name in the config, held-out ones too, each {@code [sample]}
 */
public record RewardTable(float[] training, Map<String, float[]> byName) {}
