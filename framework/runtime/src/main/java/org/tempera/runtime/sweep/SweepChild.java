package org.tempera.runtime.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.runtime.config.ChildConfig;

/**
 * One run of a sweep.
 *
 * @param name the path of its folder and of its record, such as {@code aesthetic/ddpo/seed-1}
 * @param choices by axis the name of what was chosen
 * @param control whether it is trained on random rewards, so that others are judged against it
 * @param config what it is made of
 * @param keys what its record must be of, see {@link ChildKeys}
 */
public record SweepChild(
        String name, Map<String, String> choices, boolean control, ChildConfig config, ChildKeys keys) {
    public SweepChild {
        choices = Collections.unmodifiableMap(new LinkedHashMap<>(choices));
    }

    public long seed() {
        return config.config().run().seed();
    }

    public int epochs() {
        return config.config().run().epochs();
    }

    /** What runs that differ in their seed only have in common. */
    List<Object> kind() {
        return List.of(choices, control);
    }
}
