package org.tempera.core.graph;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/** Threads that work on batches side by side. */
public final class Workers implements AutoCloseable {
    private final int count;
    private final StopSignal stop = new StopSignal();
    private final ExecutorService threads;

    public Workers(int count) {
        this.count = count;
        threads = Executors.newFixedThreadPool(count, work -> {
            Thread t = new Thread(work, "tempera-worker");
            t.setDaemon(true);
            return t;
        });
    }

    /** How many pieces of work go on at a time. */
    public int count() {
        return count;
    }

    /** Ends what they work on, for work that looks at it between its steps. */
    public StopSignal stop() {
        return stop;
    }

    /** What is done with the result of a piece of work. */
    @FunctionalInterface
    public interface Taker<T> {
        void take(int piece, T result);
    }

    /**
     * Works on pieces {@code 0} to {@code pieces - 1} in the workers' threads, and hands the results in this order to
     * {@code taker} in the caller's thread, beside the work on later pieces. When it returns or throws, nothing of it is
     * going on any more. What work or taker throws is thrown on; pieces that were not begun by then are left out.
     */
    public <T> void inOrder(int pieces, IntFunction<T> work, Taker<? super T> taker) {
        AtomicBoolean over = new AtomicBoolean();
        Queue<CompletableFuture<T>> results = new ArrayDeque<>();
        for (int i = 0; i < pieces; i++) {
            int piece = i;
            results.add(CompletableFuture.supplyAsync(
                    () -> {
                        if (over.get()) {
                            throw new CancellationException();
                        }
                        return work.apply(piece);
                    },
                    threads));
        }
        try {
            for (int i = 0; i < pieces; i++) {
                taker.take(i, results.remove().join());
            }
        } catch (CompletionException e) {
            throw unwrapped(e);
        } finally {
            over.set(true);
            // Whatever still runs uses a session that the caller may be about to close.
            results.forEach(r -> r.handle((result, error) -> true).join());
        }
    }

    private static RuntimeException unwrapped(CompletionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : e;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
