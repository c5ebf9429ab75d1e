package org.tempera.core.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A named number of bytes. */
public record Part(String name, long bytes) {
    /** What parts take together. */
    public static long sum(List<Part> parts) {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("bytes", bytes);
        return map;
    }
}
