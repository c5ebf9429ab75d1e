package org.tempera.core.plan;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run has in Java's heap, without its garbage.
 *
 * @param lasting what lies there all the time
 * @param turns of which one at a time lies there
 */
public record HeapPlan(List<Part> lasting, List<Part> turns) {
    public HeapPlan {
        lasting = List.copyOf(lasting);
        turns = List.copyOf(turns);
    }

    /** At most. */
    public long bytes() {
        return Part.sum(lasting) + turnBytes();
    }

    /** Whether there is never more than this one of those that take turns. */
    public boolean isLargest(Part turn) {
        return turn.bytes() == turnBytes();
    }

    private long turnBytes() {
        return turns.stream().mapToLong(Part::bytes).max().orElse(0);
    }

    Stream<Part> parts() {
        return Stream.concat(lasting.stream(), turns.stream());
    }

    /** As plain data. */
    Map<String, Object> toMap() {
        return Map.of(
                "bytes", bytes(),
                "lasting", lasting.stream().map(Part::toMap).toList(),
                "turns", turns.stream().map(Part::toMap).toList());
    }
}
