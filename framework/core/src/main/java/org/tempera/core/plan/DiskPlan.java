package org.tempera.core.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run writes into its folder, at most.
 *
 * @param checkpointBytes one checkpoint
 * @param checkpoints how many lie there at a time, one that is being written among them
 * @param parts what lies there besides
 */
public record DiskPlan(long checkpointBytes, int checkpoints, List<Part> parts) {
    public DiskPlan {
        parts = List.copyOf(parts);
    }

    /** All of it. */
    public long bytes() {
        return checkpoints * checkpointBytes + Part.sum(parts);
    }

    /** What takes most of it. */
    public Part largest() {
        Part saved = new Part("checkpoints", checkpoints * checkpointBytes);
        return Part.largestOf(parts).filter(p -> p.bytes() > saved.bytes()).orElse(saved);
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("bytes", bytes());
        map.put("checkpoint_bytes", checkpointBytes);
        map.put("checkpoints", checkpoints);
        map.put("parts", parts.stream().map(Part::toMap).toList());
        return map;
    }
}
