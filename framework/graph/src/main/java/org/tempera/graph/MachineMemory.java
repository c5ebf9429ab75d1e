package org.tempera.graph;

import java.lang.management.ManagementFactory;
import org.tempera.base.text.ByteSize;

/**
 * Memory that this process may have: the machine's, or its container's where that has less.
 *
 * @param bytes how much
 */
public record MachineMemory(long bytes) {
    /** As the operating system, or a control group's limit, has it. */
    public static MachineMemory ofThisMachine() {
        return new MachineMemory(
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                        ? os.getTotalMemorySize()
                        : Long.MAX_VALUE);
    }

    /** The same with what it may have besides on a disk, where everything takes its time. */
    public static MachineMemory withSwapOfThisMachine() {
        return new MachineMemory(
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                        ? os.getTotalMemorySize() + Math.max(0, os.getTotalSwapSpaceSize())
                        : Long.MAX_VALUE);
    }

    /** The part of one of so many processes that need as much as each other. */
    public MachineMemory share(int processes) {
        return new MachineMemory(bytes / processes);
    }

    /** Whether so much fits. */
    public boolean holds(long needed) {
        return needed <= bytes;
    }

    @Override
    public String toString() {
        return ByteSize.text(bytes);
    }
}
