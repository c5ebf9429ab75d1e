package org.tempera.runtime.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What other values of some keys would save.
 *
 * @param settings overrides such as {@code sampling.batch-size=1}
 * @param cost what they cost, in words
 * @param memory bytes that the run's peak would be lower
 * @param disk bytes that it would write less
 * @param fits whether the run would fit with them
 */
public record Saving(List<String> settings, String cost, long memory, long disk, boolean fits) {
    public Saving {
        settings = List.copyOf(settings);
    }

    /** Whether one of these saves as much, and changes some of the same keys and no others. */
    public boolean isNoMoreThanOneOf(List<Saving> others) {
        return others.stream()
                .anyMatch(o -> o.memory == memory && o.disk == disk && o.fits == fits && keys().containsAll(o.keys()));
    }

    private Set<String> keys() {
        return settings.stream().map(s -> s.substring(0, s.indexOf('='))).collect(Collectors.toSet());
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("settings", settings);
        map.put("cost", cost);
        map.put("memory_bytes", memory);
        map.put("disk_bytes", disk);
        map.put("fits", fits);
        return map;
    }
}
