package org.tempera.runtime.config;

import java.util.List;
import org.tempera.core.config.RewardSettings;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.reward.RewardProvider;

/**
 * One block under {@code rewards}.
 *
 * @param name the block's name, which metrics use; the plugin's unless the block says {@code use}
 * @param settings the framework's own keys
 * @param plugin the reward plugin with its keys
 */
public record RewardSelection(String name, RewardSettings settings, Selection<RewardProvider<?>> plugin) {
    /**
     * A reward without a run: the plugin of that name, or the one that an override {@code rewards.NAME.use} says.
     *
     * @param overrides {@code rewards.NAME.key=value}; relative paths start at the working directory
     * @throws ConfigProblems with everything that is wrong
     */
    public static RewardSelection of(String name, List<String> overrides, PluginCatalog catalog) {
        return of(List.of(name), overrides, catalog).get(0);
    }

    /**
     * The same of several at once, each with the overrides of its own name; in the order of the names.
     *
     * @param names distinct, at least one
     * @throws ConfigProblems with everything that is wrong, such as an override of a reward that is not among them
     */
    public static List<RewardSelection> of(List<String> names, List<String> overrides, PluginCatalog catalog) {
        return new RunConfigLoader(ConfigSource.of(overrides), catalog).rewardsAlone(names);
    }
}
