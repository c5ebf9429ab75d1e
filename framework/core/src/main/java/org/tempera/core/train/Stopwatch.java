package org.tempera.core.train;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Seconds of each phase of an epoch, of the wall clock and, under the phase's name with {@code _cpu}, of the process's
 * threads together. A phase that goes on beside another is moved out of it afterwards. It can go on where another
 * stopped.
 */
final class Stopwatch {
    private static final String CPU = "_cpu";
    private static final String EPOCH = "epoch";

    private final InstantSource clock;
    private final Moment start;
    private final Map<String, Double> before;
    private final Map<String, Double> seconds;
    private Moment lapStart;

    /** @param before what {@link #seconds} gave where it was stopped; empty for a new one */
    Stopwatch(Map<String, Double> before, InstantSource clock) {
        this.before = before;
        this.clock = clock;
        seconds = new LinkedHashMap<>(before);
        start = now();
        lapStart = start;
    }

    private record Moment(Instant wall, long cpu) {
        double wallSince(Moment before) {
            return Duration.between(before.wall, wall).toNanos() / 1e9;
        }

        double cpuSince(Moment before) {
            return (cpu - before.cpu) / 1e9;
        }
    }

    private Moment now() {
        // A machine that does not tell gives 0 throughout.
        long cpu = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : 0;
        return new Moment(clock.instant(), cpu);
    }

    /** Ends the present lap. */
    void lap(String phase) {
        Moment now = now();
        add(phase, now.wallSince(lapStart), now.cpuSince(lapStart));
        lapStart = now;
    }

    /**
     * Takes {@code wall} seconds of the wall clock off a lap as another phase, and as great a share of its CPU time.
     */
    void move(String from, String to, double wall) {
        double all = seconds.getOrDefault(from, 0.0);
        double moved = Math.min(wall, all);
        double movedCpu = all > 0 ? seconds.getOrDefault(from + CPU, 0.0) * moved / all : 0;
        add(from, -moved, -movedCpu);
        add(to, moved, movedCpu);
    }

    /** Seconds by phase, with {@code epoch} for the whole. */
    Map<String, Double> seconds() {
        Moment now = now();
        seconds.put(EPOCH, before.getOrDefault(EPOCH, 0.0) + now.wallSince(start));
        seconds.put(EPOCH + CPU, before.getOrDefault(EPOCH + CPU, 0.0) + now.cpuSince(start));
        return seconds;
    }

    private void add(String phase, double wall, double cpu) {
        seconds.merge(phase, wall, Double::sum);
        seconds.merge(phase + CPU, cpu, Double::sum);
    }
}
