package org.tempera.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.tempera.spi.UserException;

/**
 * Runs one case at a time and says what was wrong with it: a reader answers with a result or one UserException of a
 * readable length, within a time, and within three times its input and some memory.
 */
final class Judge implements AutoCloseable {
    private static final int LONGEST_MESSAGE = 200_000;

    private final Duration limit;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private Worker worker = new Worker();

    Judge(Duration limit) {
        this.limit = limit;
    }

    /** What was wrong, and where. */
    record Verdict(String what, String where) {}

    private record Case(Target target, Path folder, long bytes) {}

    /** A thread of its own, for a case that never ends is left behind with it. */
    private final class Worker {
        final BlockingQueue<Case> cases = new ArrayBlockingQueue<>(1);
        final BlockingQueue<Optional<Verdict>> verdicts = new ArrayBlockingQueue<>(1);
        final Thread thread = new Thread(this::run, "fuzz");

        Worker() {
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try {
                while (true) {
                    Case next = cases.take();
                    verdicts.put(judge(next));
                }
            } catch (InterruptedException e) {
                // Closed.
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Feeds a folder to a reader; empty if it did what it may. */
    Optional<Verdict> judge(Target target, Path folder, Map<String, byte[]> files) throws InterruptedException {
        long bytes = files.values().stream().mapToLong(file -> file.length).sum();
        worker.cases.put(new Case(target, folder, bytes));
        Optional<Verdict> verdict = worker.verdicts.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (verdict != null) {
            return verdict;
        }
        String where = ours(worker.thread.getStackTrace());
        worker.thread.interrupt();
        worker = new Worker();
        return Optional.of(new Verdict("no answer within " + limit.toSeconds() + " s", where));
    }

    private Optional<Verdict> judge(Case each) {
        long before = threads.getCurrentThreadAllocatedBytes();
        Optional<Verdict> verdict = Optional.empty();
        try {
            each.target.reader().read(each.folder);
        } catch (UserException e) {
            String message = String.valueOf(e.getMessage());
            if (message.isBlank() || message.equals("null") || message.length() > LONGEST_MESSAGE + each.bytes) {
                verdict = Optional.of(
                        new Verdict("a message of " + message.length() + " characters", ours(e.getStackTrace())));
            }
        } catch (Throwable e) {
            verdict = Optional.of(new Verdict(
                    e.getClass().getSimpleName() + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    ours(e.getStackTrace())));
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (verdict.isEmpty() && allocated > each.target.freeBytes() + 3 * each.bytes) {
            return Optional.of(new Verdict(
                    "allocates too much: " + (allocated >> 20) + " MiB for " + each.bytes + " bytes", "anywhere"));
        }
        return verdict;
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

    @Override
    public void close() {
        worker.thread.interrupt();
    }
}
