package org.tempera.fuzz;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;

/**
 * The most memory that is held at once while something runs, by whatever thread: what is still used after the heap is
 * collected, looked at again and again. Too slow for small cases, of which all that is ever allocated is counted.
 */
final class HeldMemory implements AutoCloseable {
    private static final long PAUSE_MILLIS = 5;

    private final MemoryMXBean heap = ManagementFactory.getMemoryMXBean();
    private final List<BufferPoolMXBean> buffers;
    private final long before;
    private final Thread watch = new Thread(this::watch, "held-memory");
    private volatile long most;
    private volatile boolean ended;

    HeldMemory(List<BufferPoolMXBean> buffers) {
        this.buffers = buffers;
        before = used();
        watch.setDaemon(true);
        watch.start();
    }

    private long used() {
        heap.gc();
        return heap.getHeapMemoryUsage().getUsed()
                + buffers.stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    private void watch() {
        while (!ended) {
            most = Math.max(most, used() - before);
            try {
                Thread.sleep(PAUSE_MILLIS); // between samples of what is held
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Bytes above what was held when this was made. */
    long most() {
        return most;
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        watch.join();
    }
}
