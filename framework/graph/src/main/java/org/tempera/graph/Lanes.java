package org.tempera.graph;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;
import org.tempera.base.concurrent.Uninterrupted;

/** Threads of this process that work on batches side by side; workers are other processes. */
public final class Lanes implements AutoCloseable {
    private final int count;
    private final StopSignal stop = new StopSignal();
    private final ExecutorService threads;

    public Lanes(int count) {
        this(count, work -> {
            Thread t = new Thread(work, "tempera-lane");
            t.setDaemon(true);
            return t;
        });
    }

    Lanes(int count, ThreadFactory factory) {
        this.count = count;
        threads = Executors.newFixedThreadPool(count, factory);
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
     * Works on pieces {@code 0} to {@code pieces - 1} in the lanes' threads, and hands the results in this order to
     * {@code taker} in the caller's thread, beside the work on later pieces. When it returns or throws, nothing of it
     * is going on any more. What work or taker throws is thrown on; pieces that were not begun by then are left out. If
     * the caller's thread is interrupted meanwhile, the signal to stop is given, and the thread stays interrupted.
     */
    public <T> void inOrder(int pieces, IntFunction<T> work, Taker<? super T> taker) {
        Gate gate = new Gate();
        try {
            Queue<Future<T>> results = new ArrayDeque<>();
            for (int i = 0; i < pieces; i++) {
                int piece = i;
                results.add(threads.submit(() -> gate.pass(piece, work)));
            }
            for (int i = 0; i < pieces; i++) {
                taker.take(i, Uninterrupted.get(results.remove(), stop::give));
            }
        } finally {
            // Whatever still runs uses a session that the caller may be about to close.
            gate.shut();
        }
    }

    /**
     * Lets work in until it is shut, and waits for what was let in. It takes no memory to do so: the heap may be what
     * the work failed for.
     */
    private static final class Gate {
        private int inside;
        private boolean shut;

        <T> T pass(int piece, IntFunction<T> work) {
            synchronized (this) {
                if (shut) {
                    throw new CancellationException();
                }
                inside++;
            }
            try {
                return work.apply(piece);
            } finally {
                synchronized (this) {
                    inside--;
                    notifyAll();
                }
            }
        }

        synchronized void shut() {
            shut = true;
            boolean interrupted = false;
            while (inside > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
