package org.tempera.core.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run will take.
 *
 * @param epochs of the run
 * @param evaluations of the run
 * @param onHost rewards that are computed outside the graph, whose time nothing here tells
 */
public record RunPlan(MemoryPlan memory, DiskPlan disk, int epochs, int evaluations, List<String> onHost) {
    public RunPlan {
        onHost = List.copyOf(onHost);
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("epochs", epochs);
        map.put("evaluations", evaluations);
        map.put("memory", memory.toMap());
        map.put("disk", disk.toMap());
        map.put("rewards_on_host", onHost);
        return map;
    }
}
