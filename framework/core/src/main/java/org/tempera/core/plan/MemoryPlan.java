package org.tempera.core.plan;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.base.text.ByteSize;
import org.tempera.graph.MachineMemory;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * The memory that a run takes. Variables are counted exactly. What is computed is estimated from the graph: of all
 * works, each of which lets go of its memory, the largest counts.
 *
 * @param process what this process holds with the graph built and no weights read: Java, TensorFlow and the graph
 * @param variables weights, the optimiser's state and sums of gradients, by part of the graph
 * @param heap what lies in Java's heap
 * @param encoders the text encoders, which are there while prompts are encoded and gone before the rest is read
 * @param works what TensorFlow computes
 */
public record MemoryPlan(long process, List<Part> variables, HeapPlan heap, Part encoders, List<Work> works) {
    /** What a session, its threads and garbage in the heap take besides, as was measured. */
    private static final long BESIDES = 190_000_000;

    /** What kernels and the allocator keep besides, as a share of the variables, as was measured at full size. */
    private static final double KEPT = 0.18;

    /** How far the peak that is measured may be from the one that is estimated, as a share of it. */
    public static final double ERROR = 0.15;

    public MemoryPlan {
        variables = List.copyOf(variables);
        works = List.copyOf(works);
    }

    /** The work that takes most. */
    public Work largest() {
        return works.stream().max(Comparator.comparingLong(Work::allBytes)).orElseThrow();
    }

    /** About how much the process holds at its peak. */
    public long peakBytes() {
        return process + ownBytes();
    }

    /** About how much more that is than the process holds now. */
    public long ownBytes() {
        long training = Part.sum(variables) + largest().allBytes() + heap.bytes();
        return besides() + Math.max(encoders.bytes(), training);
    }

    /** What the session, kernels and the allocator take beside what is counted; about. */
    public long besides() {
        return BESIDES + (long) (KEPT * Part.sum(variables));
    }

    /**
     * What the run cannot do without, however small its batches: one row of everything that it computes. Not the text
     * encoders: what a large one gave may be kept on disk, and whoever loads one looks for its room.
     */
    public long leastBytes() {
        long row = works.stream().mapToLong(Work::rowBytes).max().orElse(0);
        return Part.sum(variables) + row + heap.bytes();
    }

    /**
     * Fails if not even that can be had.
     *
     * @param most memory that there is, with that on a disk
     * @throws UserException with what is needed and what there is
     */
    public void requireLeast(MachineMemory most) {
        if (most.holds(leastBytes())) {
            return;
        }
        throw new UserException(
                String.format(
                        Locale.ROOT,
                        "too little memory: the run needs %s and more, even if it computed row by row (%s), and this"
                                + " machine has %s. A plan of the run says which keys would lower that.",
                        ByteSize.text(leastBytes()),
                        Part.largest(Stream.concat(variables.stream(), heap.fullest().stream())
                                .toList()),
                        most),
                List.of(Remedy.of(Remedy.Action.PLAN_RUN)));
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("peak_bytes", peakBytes());
        map.put("least_bytes", leastBytes());
        map.put("process_bytes", process);
        map.put("besides_bytes", besides());
        map.put("variables", variables.stream().map(Part::toMap).toList());
        map.put("heap", heap.toMap());
        map.put("text_encoders_bytes", encoders.bytes());
        map.put("works", works.stream().map(Work::toMap).toList());
        return map;
    }
}
