package org.tempera.base;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The system's time when it was made, and what has passed since: durations stay right where the system's clock is set.
 */
public final class MonotonicClock implements InstantSource {
    private final Instant start = Instant.now();
    private final long begun = System.nanoTime();

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - begun);
    }
}
