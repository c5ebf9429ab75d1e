package org.tempera.core.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.graph.MachineMemory;

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

    /** Whether a heap that may grow to so much holds it. */
    public boolean fits(MachineMemory heap) {
        return heap.holds(bytes());
    }

    /** What lies there when it is fullest. */
    public List<Part> fullest() {
        return Stream.concat(lasting.stream(), largestTurn().stream()).toList();
    }

    private long turnBytes() {
        return largestTurn().map(Part::bytes).orElse(0L);
    }

    private Optional<Part> largestTurn() {
        return turns.stream().max(Comparator.comparingLong(Part::bytes));
    }

    /** As plain data. */
    Map<String, Object> toMap() {
        return Map.of(
                "bytes", bytes(),
                "lasting", lasting.stream().map(Part::toMap).toList(),
                "turns", turns.stream().map(Part::toMap).toList());
    }
}
