package org.tempera.core.train;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Seconds of each phase of an epoch, of the wall clock and, under the phase's name with {@code _cpu}, of the process's
 * threads together; a phase within another is taken off the outer one.
 */
final class Stopwatch {
    private static final String CPU = "_cpu";

    private final Moment start = Moment.now();
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private Moment lapStart = start;
    private double inner;
    private double innerCpu;

    private record Moment(long wall, long cpu) {
        static Moment now() {
            // A machine that does not tell gives 0 throughout.
            long cpu = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os
                    ? os.getProcessCpuTime()
                    : 0;
            return new Moment(System.nanoTime(), cpu);
        }

        double wallSince(Moment before) {
            return (wall - before.wall) / 1e9;
        }

        double cpuSince(Moment before) {
            return (cpu - before.cpu) / 1e9;
        }
    }

    /** Times {@code work} as a phase of its own within the present lap. */
    void during(String phase, Runnable work) {
        Moment begin = Moment.now();
        work.run();
        Moment end = Moment.now();
        add(phase, end.wallSince(begin), end.cpuSince(begin));
        inner += end.wallSince(begin);
        innerCpu += end.cpuSince(begin);
    }

    /** Ends the present lap. */
    void lap(String phase) {
        Moment now = Moment.now();
        add(phase, now.wallSince(lapStart) - inner, now.cpuSince(lapStart) - innerCpu);
        lapStart = now;
        inner = 0;
        innerCpu = 0;
    }

    /** Seconds by phase, with {@code epoch} for the whole. */
    Map<String, Double> seconds() {
        Moment now = Moment.now();
        seconds.put("epoch", now.wallSince(start));
        seconds.put("epoch" + CPU, now.cpuSince(start));
        return seconds;
    }

    private void add(String phase, double wall, double cpu) {
        seconds.merge(phase, wall, Double::sum);
        seconds.merge(phase + CPU, cpu, Double::sum);
    }
}
