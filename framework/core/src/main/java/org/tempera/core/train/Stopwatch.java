package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds of each phase of an epoch; a phase within another is taken off the outer one. */
final class Stopwatch {
    private final long start = System.nanoTime();
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private long lapStart = start;
    private double inner;

    /** Times {@code work} as a phase of its own within the present lap. */
    void during(String phase, Runnable work) {
        long begin = System.nanoTime();
        work.run();
        double s = (System.nanoTime() - begin) / 1e9;
        seconds.merge(phase, s, Double::sum);
        inner += s;
    }

    /** Ends the present lap. */
    void lap(String phase) {
        long now = System.nanoTime();
        seconds.merge(phase, (now - lapStart) / 1e9 - inner, Double::sum);
        lapStart = now;
        inner = 0;
    }

    /** Seconds by phase, with {@code epoch} for the whole. */
    Map<String, Double> seconds() {
        seconds.put("epoch", (System.nanoTime() - start) / 1e9);
        return seconds;
    }
}
