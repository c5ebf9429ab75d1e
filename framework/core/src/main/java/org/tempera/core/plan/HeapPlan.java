package org.tempera.core.plan;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.graph.MachineMemory;

/**
 * What a run has in Java's heap, without its garbage.
 *
 * @param lasting what lies there all the time
 * @param epoch what lies there besides while an epoch is drawn and learnt from
 * @param evaluation what lies there besides while an evaluation is drawn, when that of an epoch is gone
 */
public record HeapPlan(List<Part> lasting, List<Part> epoch, List<Part> evaluation) {
    public HeapPlan {
        lasting = List.copyOf(lasting);
        epoch = List.copyOf(epoch);
        evaluation = List.copyOf(evaluation);
    }

    /** At most. */
    public long bytes() {
        return Part.sum(fullest());
    }

    /** Whether a heap that may grow to so much holds it. */
    public boolean fits(MachineMemory heap) {
        return heap.holds(bytes());
    }

    /** Whether there is most of it while an evaluation is drawn. */
    public boolean isFullestInEvaluation() {
        return Part.sum(evaluation) > Part.sum(epoch);
    }

    /** What lies there when it is fullest. */
    public List<Part> fullest() {
        List<Part> besides = isFullestInEvaluation() ? evaluation : epoch;
        return Stream.concat(lasting.stream(), besides.stream()).toList();
    }

    /** All of it, be it there at the same time or not. */
    public List<Part> parts() {
        return Stream.of(lasting, epoch, evaluation).flatMap(List::stream).toList();
    }

    /** As plain data. */
    Map<String, Object> toMap() {
        return Map.of(
                "bytes", bytes(),
                "lasting", lasting.stream().map(Part::toMap).toList(),
                "epoch", epoch.stream().map(Part::toMap).toList(),
                "evaluation", evaluation.stream().map(Part::toMap).toList());
    }
}
