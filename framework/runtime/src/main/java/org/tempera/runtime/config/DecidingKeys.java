package org.tempera.runtime.config;

import java.util.Map;
import java.util.Set;
import org.tempera.record.run.SteeringKeys;

/**
 * The keys that decide what a run comes to, apart from its seed: two runs in which they are equal differ in seed,
 * length and place only. They are what trains, and of the blocks that do not train what measures, see
 * {@link MeasuringKeys}. Where an evaluation may end the run or send it back, what decides on that trains, too, see
 * {@link SteeringKeys}.
 */
public final class DecidingKeys {
    private DecidingKeys() {}

    /** By key the value, as HOCON. */
    public static Map<String, String> of(RunConfig config) {
        Map<String, String> keys = config.effective().values();
        // The learning rate says what it came to.
        keys.remove(FrameworkBlock.OPTIMIZER.name() + ".base-learning-rate");
        leaveOut(FrameworkBlock.RUN, config.run(), keys, Set.of());
        leaveOut(FrameworkBlock.EVALUATION, config.evaluation(), keys, SteeringKeys.of(keys));
        leaveOut(FrameworkBlock.CHECKPOINT, config.checkpoint(), keys, Set.of());
        return keys;
    }

    /** Leaves out what measures nothing of a block that does not train, but for some. */
    private static void leaveOut(
            FrameworkBlock<?> block, Record settings, Map<String, String> keys, Set<String> butFor) {
        String prefix = block.name() + ".";
        Set<String> measuring =
                MeasuringKeys.of(block.name(), settings).values().keySet();
        keys.keySet().removeIf(key -> key.startsWith(prefix) && !measuring.contains(key) && !butFor.contains(key));
    }
}
