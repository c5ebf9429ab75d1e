package org.tempera.runtime.sweep;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.tempera.base.text.ByteSize;

/**
 * Decides whether another run may start: what the running ones may still take, and the most that a run has taken, must
 * be free. One always may.
 */
final class MemoryGate {
    /** Of what is free, this much stays so: other programs want some, and peaks differ a little. */
    private static final double SPARE = 0.05;

    private MemoryGate() {}

    /**
     * A process that is running.
     *
     * @param name of its run
     * @param now bytes that it holds; empty where the system does not tell, and of a process that has ended
     * @param peak the most that it has held
     * @param shown whether it has done all that takes memory once, so that its peak is known
     */
    record Taken(String name, OptionalLong now, OptionalLong peak, boolean shown) {}

    /**
     * Why no other run may start now; empty if one may.
     *
     * @param free bytes that processes may still take; empty where the system does not tell
     * @param known the most that a finished run has taken; 0 if none is known
     */
    static Optional<String> refusal(OptionalLong free, List<Taken> all, long known) {
        // One that is ending holds nothing any more, and no longer says so.
        List<Taken> running = all.stream()
                .filter(t -> t.now().isPresent() && t.peak().isPresent())
                .toList();
        if (running.isEmpty() || free.isEmpty()) {
            return Optional.empty();
        }
        long peak = Math.max(
                known,
                running.stream().mapToLong(t -> t.peak().getAsLong()).max().orElse(0));
        if (known == 0 && running.stream().noneMatch(Taken::shown)) {
            return Optional.of(
                    "the next run waits until " + running.get(0).name() + " has shown what memory a run takes");
        }
        long growth = running.stream()
                .mapToLong(t -> Math.max(0, peak - t.now().getAsLong()))
                .sum();
        long usable = (long) (free.getAsLong() * (1 - SPARE));
        if (peak + growth <= usable) {
            return Optional.empty();
        }
        return Optional.of("the next run waits for memory: it may take " + ByteSize.text(peak)
                + (growth == 0 ? "" : ", those that run " + ByteSize.text(growth) + " more")
                + ", and " + ByteSize.text(usable) + " are free");
    }
}
