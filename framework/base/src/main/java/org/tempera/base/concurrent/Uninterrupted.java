package org.tempera.base.concurrent;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for work of other threads to its end. A thread that is interrupted meanwhile waits on, and is interrupted still
 * at the end.
 */
public final class Uninterrupted {
    private static final Duration EVER = Duration.ofNanos(Long.MAX_VALUE);

    private Uninterrupted() {}

    /**
     * What the work gives; throws what it threw.
     *
     * @param onInterrupt is told of each interruption
     */
    public static <T> T get(Future<T> work, Runnable onInterrupt) {
        return get(work, onInterrupt, EVER, () -> {});
    }

    /**
     * The same, with a look at it from time to time.
     *
     * @param look is run after each {@code interval} in vain; what it throws ends the waiting
     */
    public static <T> T get(Future<T> work, Runnable onInterrupt, Duration interval, Runnable look) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return work.get(interval.toNanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                    onInterrupt.run();
                } catch (TimeoutException e) {
                    look.run();
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
