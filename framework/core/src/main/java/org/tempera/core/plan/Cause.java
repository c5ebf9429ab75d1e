package org.tempera.core.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.text.Words;

/**
 * What takes most of what is short for a run.
 *
 * @param of what is short
 * @param part of it that is the largest
 */
public record Cause(Resource of, Part part) {
    /** What a run may have too little of. */
    public enum Resource {
        HEAP("Java's heap"),
        MEMORY("the memory"),
        DISK("the disk");

        private final String words;

        Resource(String words) {
            this.words = words;
        }

        /** As a sentence calls it. */
        public String words() {
            return words;
        }
    }

    /**
     * The causes for which a run does not fit, where they are more than its model: parts of which keys say how much
     * there is, and whatever takes most of a heap that is too small, for that is no part of the model. Empty where it
     * fits.
     */
    public static List<Cause> of(RunPlan plan, Room room) {
        List<Cause> causes = new ArrayList<>();
        HeapPlan heap = plan.memory().heap();
        Optional<Part> inHeap = Part.largestOf(heap.fullest());
        if (room.lacksHeap(plan)) {
            inHeap.map(part -> new Cause(Resource.HEAP, part)).ifPresent(causes::add);
        } else if (room.lacksMemory(plan) && heap.bytes() > plan.memory().peakBytes() / 2) {
            inHeap.map(part -> new Cause(Resource.MEMORY, part)).ifPresent(causes::add);
        }
        Part onDisk = plan.disk().largest();
        if (room.lacksDisk(plan) && !onDisk.keys().isEmpty()) {
            causes.add(new Cause(Resource.DISK, onDisk));
        }
        return causes;
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("of", Words.of(of));
        map.putAll(part.toMap());
        map.put("keys", part.keys());
        return map;
    }
}
