package org.tempera.core.plan;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.tempera.base.files.FreeSpace;
import org.tempera.graph.FreeMemory;
import org.tempera.graph.MachineMemory;

/**
 * What there is for a run.
 *
 * @param memory that this process may have at all: the machine's, or its container's
 * @param usable of it, what this process holds and what nobody does, at most its share where others of its run are on
 *     the machine; all of it where the system does not tell
 * @param heap of it, what Java's heap may grow to
 * @param disk bytes that may be written where the run's folder lies; empty where the system does not tell
 * @param onGpu whether a GPU computes, whose memory nothing here knows
 */
public record Room(MachineMemory memory, MachineMemory usable, MachineMemory heap, OptionalLong disk, boolean onGpu) {
    /**
     * That of this machine.
     *
     * @param output the run's folder, be it there yet or not
     * @param processes of the run that are on the machine
     */
    public static Room here(Path output, boolean onGpu, int processes) {
        return new Room(
                MachineMemory.ofThisMachine(),
                usableHere(processes),
                new MachineMemory(Runtime.getRuntime().maxMemory()),
                FreeSpace.at(output),
                onGpu);
    }

    /** What this process holds and what nobody does, but no more than one of so many processes may have. */
    public static MachineMemory usableHere(int processes) {
        MachineMemory all = MachineMemory.ofThisMachine().share(processes);
        FreeMemory memory = FreeMemory.ofThisMachine();
        OptionalLong free = memory.bytes();
        OptionalLong own = memory.of(ProcessHandle.current().pid());
        return free.isPresent() && own.isPresent()
                ? new MachineMemory(Math.min(all.bytes(), free.getAsLong() + own.getAsLong()))
                : all;
    }

    /** Whether a process of so many bytes fits into the memory that is free for it; always where a GPU computes. */
    public boolean holds(long peakBytes) {
        return onGpu || usable.holds(peakBytes);
    }

    /** Whether a run takes more memory than is free for it. */
    public boolean lacksMemory(RunPlan plan) {
        return !holds(plan.memory().peakBytes());
    }

    /** Whether what a run has in Java's heap is more than that may hold. */
    public boolean lacksHeap(RunPlan plan) {
        return !plan.memory().heap().fits(heap);
    }

    /** Whether a run writes more than there is room for. */
    public boolean lacksDisk(RunPlan plan) {
        return disk.isPresent() && plan.disk().bytes() > disk.getAsLong();
    }

    /** Whether all that a run takes fits. */
    public boolean holds(RunPlan plan) {
        return !lacksMemory(plan) && !lacksHeap(plan) && !lacksDisk(plan);
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("memory_bytes", memory.bytes());
        map.put("usable_memory_bytes", usable.bytes());
        map.put("heap_bytes", heap.bytes());
        map.put("on_gpu", onGpu);
        disk.ifPresent(bytes -> map.put("free_disk_bytes", bytes));
        return map;
    }
}
