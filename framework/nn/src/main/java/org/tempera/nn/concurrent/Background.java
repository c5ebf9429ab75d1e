package org.tempera.nn.concurrent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** What a thread of its own computes while others go on, such as the hash of a large file. */
public final class Background<T> {
    private final CompletableFuture<T> value;

    private Background(CompletableFuture<T> value) {
        this.value = value;
    }

    /**
     * Begins at once, in a daemon thread.
     *
     * @param name of the thread
     */
    public static <T> Background<T> start(String name, Supplier<T> work) {
        CompletableFuture<T> value = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        value.complete(work.get());
                    } catch (Throwable e) {
                        value.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return new Background<>(value);
    }

    /** Waits for it; throws what the work threw. */
    public T get() {
        try {
            return value.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }
}
