package org.tempera.runtime.config;

import org.tempera.core.config.RewardSettings;
import org.tempera.spi.reward.RewardProvider;

/**
 * One block under {@code rewards}.
 *
 * @param name the block's name, which metrics use; the plugin's unless the block says {@code use}
 * @param settings the framework's own keys
 * @param plugin the reward plugin with its keys
 */
public record RewardSelection(String name, RewardSettings settings, Selection<RewardProvider<?>> plugin) {}
