package org.tempera.base.concurrent;

import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** What a thread of its own computes while others go on, such as the hash of a large file. */
public final class Background<T> {
    /** It needs no memory to end with an error, which may be that there is none. */
    private final FutureTask<T> task;

    private Background(FutureTask<T> task) {
        this.task = task;
    }

    /**
     * Begins at once, in a daemon thread.
     *
     * @param name of the thread
     */
    public static <T> Background<T> start(String name, Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return new Background<>(task);
    }

    /** Waits for it; throws what the work threw. */
    public T get() {
        return await(() -> {});
    }

    /**
     * Waits for it; throws what the work threw.
     *
     * @param interrupted is told that this thread was interrupted; it waits on, and is interrupted still at the end
     */
    public T await(Runnable interrupted) {
        return Uninterrupted.get(task, interrupted);
    }
}
