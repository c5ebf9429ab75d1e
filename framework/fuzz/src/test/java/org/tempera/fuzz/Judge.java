package org.tempera.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.tempera.spi.UserException;

/**
 * Runs cases and says what was wrong with them: a reader answers with a result or one UserException of a readable
 * length, within a time, and within three times its input and some memory.
 */
final class Judge {
    private static final int LONGEST_MESSAGE = 200_000;
    private static final long LOOK_EVERY_MILLIS = 20;

    private final Target target;
    private final Duration limit;
    private final Memory memory;
    private final List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .toList();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** One folder to read. */
    record Case(long number, Path folder, Map<String, byte[]> files) {
        long bytes() {
            return files.values().stream().mapToLong(file -> file.length).sum();
        }
    }

    /** What was wrong, and where. */
    record Verdict(String what, String where) {}

    /** Which memory of a case is counted. */
    enum Memory {
        /**
         * All that the thread ever allocates, and buffers outside the heap; what other threads allocate is not known,
         * such as that in which a model's folder reads its tokenizer.
         */
        ALLOCATED,
        /** What is held at once, by all threads; looked at only where the other is too much. */
        HELD
    }

    Judge(Target target, Duration limit) {
        this(target, limit, Memory.ALLOCATED);
    }

    Judge(Target target, Duration limit, Memory memory) {
        this.target = target;
        this.limit = limit;
        this.memory = memory;
    }

    /** A thread that runs one case after the other; one that never ends is left behind with it. */
    private final class Worker extends Thread {
        private final Iterator<Case> cases;
        private final BiConsumer<Case, Verdict> found;
        private volatile Case running = new Case(-1, Path.of(""), Map.of());
        private volatile long since = System.nanoTime();
        private volatile boolean left;
        private volatile Throwable broken = new Throwable("nothing");
        private volatile boolean isBroken;

        Worker(Iterator<Case> cases, BiConsumer<Case, Verdict> found) {
            super("fuzz");
            this.cases = cases;
            this.found = found;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (!left && cases.hasNext()) {
                    Case next = cases.next();
                    running = next;
                    since = System.nanoTime();
                    Optional<Verdict> verdict = judge(next);
                    synchronized (Judge.this) {
                        if (!left) {
                            verdict.ifPresent(v -> found.accept(next, v));
                        }
                    }
                    since = System.nanoTime();
                }
            } catch (RuntimeException | Error e) {
                broken = e;
                isBroken = true;
            }
        }

        boolean isLate() {
            return System.nanoTime() - since > limit.toNanos();
        }
    }

    /** Runs all cases; tells of each that went wrong. */
    void run(Iterator<Case> cases, BiConsumer<Case, Verdict> found) throws InterruptedException {
        Worker worker = new Worker(cases, found);
        worker.start();
        while (worker.isAlive()) {
            worker.join(LOOK_EVERY_MILLIS);
            if (worker.isAlive() && worker.isLate()) {
                synchronized (this) {
                    worker.left = true;
                    found.accept(
                            worker.running,
                            new Verdict("no answer within " + limit.toMillis() + " ms", ours(worker.getStackTrace())));
                }
                worker.interrupt();
                worker = new Worker(cases, found);
                worker.start();
            }
        }
        if (worker.isBroken) {
            throw new IllegalStateException("the fuzzer itself failed", worker.broken);
        }
    }

    private Optional<Verdict> judge(Case each) {
        long before = taken();
        Optional<Verdict> verdict = Optional.empty();
        try {
            target.reader().read(each.folder());
        } catch (UserException e) {
            String message = String.valueOf(e.getMessage());
            if (message.isBlank() || message.equals("null") || message.length() > LONGEST_MESSAGE + each.bytes()) {
                verdict = Optional.of(
                        new Verdict("a message of " + message.length() + " characters", ours(e.getStackTrace())));
            }
        } catch (Throwable e) {
            String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            verdict = Optional.of(new Verdict(e.getClass().getSimpleName() + ": " + first, ours(e.getStackTrace())));
        }
        long allocated = taken() - before;
        long most = target.freeBytes().applyAsLong(each.files()) + 3 * each.bytes();
        if (verdict.isEmpty() && memory == Memory.HELD && allocated > most) {
            allocated = held(each);
        }
        if (verdict.isEmpty() && allocated > most) {
            return Optional.of(new Verdict(
                    (memory == Memory.HELD ? "holds" : "allocates") + " too much: " + (allocated >> 20) + " MiB for "
                            + each.bytes() + " bytes",
                    "anywhere"));
        }
        return verdict;
    }

    private long held(Case each) {
        try (HeldMemory held = new HeldMemory(pools)) {
            try {
                target.reader().read(each.folder());
            } catch (UserException e) {
                return held.most();
            } catch (Exception e) {
                throw new IllegalStateException("another answer than before", e);
            }
            return held.most();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Bytes that this thread has allocated, and those of all buffers outside the heap. */
    private long taken() {
        long buffers = 0;
        for (BufferPoolMXBean pool : pools) {
            buffers += pool.getMemoryUsed();
        }
        return threads.getCurrentThreadAllocatedBytes() + buffers;
    }

    /** The first frame of the program's own, as CLASS.METHOD:LINE. */
    private static String ours(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith("org.tempera.")
                    && !frame.getClassName().startsWith("org.tempera.fuzz")) {
                String type = frame.getClassName();
                return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName() + ":"
                        + frame.getLineNumber();
            }
        }
        return "nowhere of ours";
    }
}
