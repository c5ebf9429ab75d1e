package org.tempera.runtime.config;

import java.util.Map;
import java.util.Set;

/**
 * The keys that decide what a run comes to, apart from its seed: two runs in which they are equal differ in seed,
 * length and place only. They are what trains, and of the blocks that do not train what measures, see
 * {@link MeasuringKeys}.
 */
public final class DecidingKeys {
    private DecidingKeys() {}

    /** By key the value, as HOCON. */
    public static Map<String, String> of(RunConfig config) {
        Map<String, String> keys = config.effective().values();
        // The learning rate says what it came to.
        keys.remove(FrameworkBlock.OPTIMIZER.name() + ".base-learning-rate");
        leaveOut(FrameworkBlock.RUN, config.run(), keys);
        leaveOut(FrameworkBlock.EVALUATION, config.evaluation(), keys);
        leaveOut(FrameworkBlock.CHECKPOINT, config.checkpoint(), keys);
        return keys;
    }

    /** Leaves out what measures nothing of a block that does not train. */
    private static void leaveOut(FrameworkBlock<?> block, Record settings, Map<String, String> keys) {
        Set<String> measuring =
                MeasuringKeys.of(block.name(), settings).values().keySet();
        keys.keySet().removeIf(key -> key.startsWith(block.name() + ".") && !measuring.contains(key));
    }
}
