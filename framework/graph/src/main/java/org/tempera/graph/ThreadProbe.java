package org.tempera.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import org.tempera.spi.UserException;

/**
 * Finds out whether the system allows as many threads as are about to be started. TensorFlow does not ask: where it
 * cannot start one, it ends the process without a word that helps, after the model was built.
 */
final class ThreadProbe {
    /** The least that Linux takes, which idle threads have enough of; other systems round it up. */
    private static final long STACK_BYTES = 1 << 17;

    private ThreadProbe() {}

    /**
     * Starts so many idle threads and ends them: some 50 microseconds each.
     *
     * @throws UserException if the system does not allow them
     */
    static void require(int count) {
        require(count, idle -> new Thread(null, idle, "tempera-probe", STACK_BYTES));
    }

    static void require(int count, ThreadFactory factory) {
        CountDownLatch over = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                Thread t = factory.newThread(() -> idle(over));
                t.setDaemon(true);
                t.start();
                started.add(t);
            }
        } catch (OutOfMemoryError e) {
            throw new UserException(
                    "TensorFlow and Tempera need " + count + " more threads, and the system allows "
                            + started.size()
                            + ". Raise its limit of processes (ulimit -u, or the container's), or set run.threads to fewer.",
                    e);
        } finally {
            over.countDown();
            started.forEach(ThreadProbe::join);
        }
    }

    private static void idle(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** They must be gone before others take their place; an interrupt is for the caller. */
    private static void join(Thread t) {
        boolean interrupted = false;
        while (t.isAlive()) {
            try {
                t.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
