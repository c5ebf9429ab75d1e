package org.tempera.runtime.sweep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tempera.graph.FreeMemory;
import org.tempera.record.run.FolderLock;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.config.ConfigProblems;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.SweepSettings;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.sweep.ChildStatus.State;
import org.tempera.spi.UserException;

/**
 * Runs what a plan asks for and is not done yet, some at a time, each as processes of its own: {@code train}, then
 * {@code evaluate}. What a finished run leaves is its record, by which it is known to be done, here and elsewhere; one
 * that was stopped goes on where it was, one that failed is tried again the next time.
 */
public final class Sweep {
    /** How long processes have to save once they are asked to stop. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    /** How often it is looked whether a run that another process was at is free. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration TOLD = Duration.ofSeconds(1);

    private final SweepPlan plan;
    private final PluginCatalog catalog;
    private final Processes processes;
    private final ChildRecords records;
    private final FreeMemory memory;
    private final Duration pause;
    private final Path output;
    private final int parallel;

    private final Map<SweepChild, ChildStatus> statuses = new LinkedHashMap<>();
    private final List<SweepChild> waiting = new ArrayList<>();
    private final List<Blocked> blocked = new ArrayList<>();
    private final List<ChildWork> working = new CopyOnWriteArrayList<>();
    private long knownPeak;
    private String reason = "";
    private volatile boolean stopping;
    private volatile boolean atOnce;

    /** A run that another process is at. */
    private record Blocked(SweepChild child, String user, long since) {}

    Sweep(
            SweepPlan plan,
            PluginCatalog catalog,
            Processes processes,
            ChildRecords records,
            FreeMemory memory,
            Duration pause) {
        this.plan = plan;
        this.catalog = catalog;
        this.processes = processes;
        this.records = records;
        this.memory = memory;
        this.pause = pause;
        output = plan.config().settings().output();
        parallel = plan.config().settings().parallel();
    }

    /** A sweep of this machine's. @param processes starts the command for each run */
    public static Sweep of(SweepPlan plan, PluginCatalog catalog, Processes processes) {
        return new Sweep(
                plan,
                catalog,
                processes,
                new ArchivedRecords(plan.config().settings().recordsFolder()),
                FreeMemory.ofThisMachine(),
                PAUSE);
    }

    /** Each run with its state, in the order of the plan. */
    public List<ChildStatus> statuses() {
        return SweepStates.of(plan, records);
    }

    /** An estimate of the seconds that are left, given these states. */
    public OptionalDouble secondsLeft(List<ChildStatus> runs) {
        List<TimeLeft.Done> done = new ArrayList<>();
        List<TimeLeft.Ahead> ahead = new ArrayList<>();
        for (ChildStatus run : runs) {
            if (run.state() == State.DAMAGED) {
                continue; // it is not run
            }
            if (run.state() == State.DONE) {
                done.add(new TimeLeft.Done(run.child().kind(), run.seconds().orElse(0)));
            } else {
                ahead.add(new TimeLeft.Ahead(
                        run.child().kind(),
                        run.seconds().orElse(0),
                        (double) run.epochs() / run.child().epochs()));
            }
        }
        return TimeLeft.of(done, ahead, parallel);
    }

    /**
     * Runs until all is done or has failed, or until asked to stop. A run of which a file cannot be read is told, and
     * passed over.
     *
     * @throws UserException before anything runs, if a record or a folder is there that is of other settings
     */
    public SweepOutcome run(SweepListener listener) {
        List<ChildStatus> before = statuses();
        SweepStates.requireOwn(before);
        before.forEach(status -> {
            statuses.put(status.child(), status);
            if (status.state() == State.DONE) {
                tidy(status.child(), ChildFolder.of(output, status.child().name()), listener);
            } else if (status.state() == State.DAMAGED) {
                listener.warned(status.child().name() + " is passed over: "
                        + status.message().orElse(""));
            } else {
                waiting.add(status.child());
            }
        });
        // What was begun is brought to its end first, for it takes room.
        waiting.sort((a, b) -> Boolean.compare(isToDo(a), isToDo(b)));
        knownPeak = before.stream()
                .filter(s -> s.state() == State.DONE)
                .flatMap(s -> records.read(s.child()).stream())
                .mapToLong(ChildRecords.Kept::peakBytes)
                .max()
                .orElse(0);
        try {
            loop(listener);
        } catch (RuntimeException | Error e) {
            // Such as a full disk under the sweep's own files: the runs save what they have all the same.
            letEnd();
            throw e;
        } finally {
            working.forEach(work -> {
                work.kill();
                work.close();
            });
        }
        return new SweepOutcome(List.copyOf(statuses.values()), stopping);
    }

    private void letEnd() {
        stopping = true;
        working.forEach(ChildWork::askToStop);
        long deadline = System.nanoTime() + GRACE.toNanos();
        boolean interrupted = false;
        while (!atOnce && System.nanoTime() < deadline && working.stream().anyMatch(ChildWork::isRunning)) {
            interrupted |= Thread.interrupted(); // or nothing would pause
            LockSupport.parkNanos(pause.toNanos());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isToDo(SweepChild child) {
        return state(child) == State.TO_DO;
    }

    private State state(SweepChild child) {
        ChildStatus status = statuses.get(child);
        return status == null ? State.TO_DO : status.state();
    }

    /**
     * Asks all processes to save and to end; they are given two minutes. May be called from another thread.
     */
    public void requestStop() {
        stopping = true;
    }

    /** Ends all processes at once; may be called from another thread. */
    public void stopAtOnce() {
        stopping = true;
        atOnce = true;
        working.forEach(ChildWork::kill);
    }

    private void loop(SweepListener listener) {
        long told = System.nanoTime() - TOLD.toNanos();
        long deadline = 0;
        while (!working.isEmpty() || (!stopping && (!waiting.isEmpty() || !blocked.isEmpty()))) {
            for (ChildWork work : working) {
                work.look();
                if (work.hasEnded()) {
                    ended(work, listener);
                }
            }
            if (stopping && deadline == 0) {
                deadline = System.nanoTime() + GRACE.toNanos();
                working.forEach(ChildWork::askToStop);
            }
            if (stopping && (atOnce || System.nanoTime() - deadline > 0)) {
                working.forEach(ChildWork::kill);
            }
            if (!stopping) {
                startSome(listener);
            }
            if (System.nanoTime() - told >= TOLD.toNanos()) {
                told = System.nanoTime();
                listener.progress(progress());
            }
            if (!working.isEmpty() || !blocked.isEmpty()) {
                LockSupport.parkNanos(pause.toNanos());
                // Not |=, which could take back what a signal has written meanwhile.
                if (Thread.interrupted()) {
                    stopping = true;
                }
            }
        }
    }

    private void startSome(SweepListener listener) {
        Iterator<Blocked> looked = blocked.iterator();
        while (looked.hasNext()) {
            Blocked each = looked.next();
            if (System.nanoTime() - each.since() > LOOK_AGAIN.toNanos()) {
                looked.remove();
                waiting.add(0, each.child());
            }
        }
        while (working.size() < parallel && !waiting.isEmpty()) {
            Optional<String> refusal = MemoryGate.refusal(
                    memory.bytes(), working.stream().map(ChildWork::taken).toList(), known());
            if (refusal.isPresent()) {
                tell(refusal.get(), listener);
                return;
            }
            reason = "";
            start(waiting.remove(0), listener);
        }
        if (working.isEmpty() && waiting.isEmpty() && !blocked.isEmpty()) {
            Blocked first = blocked.get(0);
            tell(first.child().name() + " waits, for it is in use by " + first.user(), listener);
        }
    }

    private long known() {
        return Math.max(
                knownPeak,
                working.stream().mapToLong(ChildWork::earlierPeak).max().orElse(0));
    }

    private void tell(String why, SweepListener listener) {
        if (!why.equals(reason)) {
            reason = why;
            listener.waiting(why);
        }
    }

    private void start(SweepChild child, SweepListener listener) {
        ChildFolder folder = ChildFolder.of(output, child.name());
        @Nullable FolderLock lock = null;
        try {
            lock = folder.lock();
            Optional<String> user = RunFolder.user(folder.run());
            if (user.isPresent()) {
                blocked.add(new Blocked(child, user.get(), System.nanoTime()));
                return;
            }
            ChildStatus now = SweepStates.ofLocked(child, folder, records);
            if (now.state() == State.DONE) {
                // Another sweep, or another machine's record, has come in between.
                lock.close();
                lock = null; // tidying takes it by itself
                tidy(child, folder, listener);
                set(now, listener);
                return;
            }
            SweepStates.requireOwn(List.of(now));
            requireUnchanged(child);
            ChildWork work = new ChildWork(child, folder, lock, plan.config(), processes, memory);
            working.add(work);
            lock = null; // the work's from here on
            next(work, listener);
        } catch (FolderLock.TakenException e) {
            blocked.add(new Blocked(child, String.valueOf(e.getMessage()), System.nanoTime()));
        } catch (UserException e) {
            set(
                    new ChildStatus(
                            child, State.FAILED, folder.epochs(), OptionalDouble.empty(), Optional.of(message(e))),
                    listener);
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }

    /** A config that is edited while a sweep goes on would make other runs of those that come later. */
    private void requireUnchanged(SweepChild child) {
        requireAsPlanned(child, child.config().now(catalog), child.config().file() + ": has");
    }

    /**
     * A file, such as one of prompts, that is edited after a run has read it would measure the run by what its record
     * does not say. The config's own text may change: the run's folder has what it was begun with.
     */
    private void requireSameFiles(SweepChild child) {
        requireAsPlanned(child, child.config().config(), "a file that the run is measured by has");
    }

    private void requireAsPlanned(SweepChild child, RunConfig now, String changed) {
        List<String> differences = ChildKeys.of(now, plan.config().evaluation())
                .differences(child.keys().values());
        if (!differences.isEmpty()) {
            throw new UserException(changed + " changed since the sweep began: " + String.join(", ", differences)
                    + ". Put it back, or begin another sweep.");
        }
    }

    private static String message(UserException e) {
        return e instanceof ConfigProblems problems
                ? String.join("; ", problems.problems())
                : String.valueOf(e.getMessage());
    }

    /** Starts the next process of a run, or ends it. */
    private void next(ChildWork work, SweepListener listener) {
        try {
            Optional<String> begun = work.startNext();
            if (begun.isPresent()) {
                listener.started(work.child(), begun.get());
                if (atOnce) {
                    work.kill();
                }
                return;
            }
            records.write(work.child(), work.folder().run(), work.kept());
            finish(work, listener);
        } catch (UserException e) {
            fail(work, e, listener);
        }
    }

    private void finish(ChildWork work, SweepListener listener) {
        knownPeak = Math.max(knownPeak, work.kept().peakBytes());
        end(work, State.DONE, Optional.empty(), listener);
        tidy(work.child(), work.folder(), listener);
    }

    /**
     * Removes what need not stay of a run that has its record; a sweep that was killed may have left it. What is of
     * other settings than the record is another's, and stays.
     */
    private void tidy(SweepChild child, ChildFolder folder, SweepListener listener) {
        SweepSettings.Keep keep = plan.config().settings().keep();
        if (!OwnFiles.isFolder(folder.path()) || keep == SweepSettings.Keep.RUN) {
            return;
        }
        try {
            try (FolderLock lock = folder.lock()) {
                Optional<String> other = SweepStates.other(child, folder);
                if (other.isPresent()) {
                    listener.warned(other.get() + ". It stays, though " + child.name() + " has its record.");
                    return;
                }
                folder.clean(keep);
            }
            if (keep == SweepSettings.Keep.NOTHING) {
                folder.remove(output);
            }
        } catch (FolderLock.TakenException e) {
            return; // whoever is at it does the same
        } catch (UserException e) {
            listener.warned(message(e));
        }
    }

    private void ended(ChildWork work, SweepListener listener) {
        Optional<String> failure = work.finishProcess(stopping);
        if (failure.isPresent()) {
            end(work, State.FAILED, failure, listener);
        } else if (stopping && !work.isComplete()) {
            end(work, State.STOPPED, Optional.empty(), listener);
        } else {
            goOn(work, listener);
        }
    }

    /** Goes on with a run one of whose processes has ended. */
    private void goOn(ChildWork work, SweepListener listener) {
        try {
            requireSameFiles(work.child());
        } catch (UserException e) {
            fail(work, e, listener);
            return;
        }
        next(work, listener);
    }

    private void fail(ChildWork work, UserException e, SweepListener listener) {
        work.failed(message(e));
        end(work, State.FAILED, Optional.of(message(e)), listener);
    }

    private void end(ChildWork work, State state, Optional<String> message, SweepListener listener) {
        int epochs = state == State.DONE ? work.child().epochs() : work.folder().epochs();
        working.remove(work);
        work.close();
        set(
                new ChildStatus(
                        work.child(),
                        state,
                        epochs,
                        OptionalDouble.of(work.kept().seconds()),
                        message),
                listener);
    }

    private void set(ChildStatus status, SweepListener listener) {
        statuses.put(status.child(), status);
        listener.ended(status, progress());
    }

    private SweepProgress progress() {
        List<ChildStatus> now = new ArrayList<>(statuses.values());
        List<SweepProgress.Running> running = new ArrayList<>();
        for (ChildWork work : working) {
            ChildStatus status = work.status();
            now.replaceAll(s -> s.child().equals(work.child()) ? status : s);
            running.add(new SweepProgress.Running(
                    work.child().name(), status.epochs(), work.child().epochs(), work.isEvaluating()));
        }
        now.removeIf(s -> s.state() == State.FAILED && !waiting.contains(s.child()));
        return new SweepProgress(
                statuses.size(),
                count(State.DONE),
                (int) statuses.values().stream()
                        .filter(s -> s.state() == State.FAILED && !waiting.contains(s.child()))
                        .count(),
                running,
                secondsLeft(now));
    }

    private int count(State state) {
        return (int) statuses.values().stream().filter(s -> s.state() == state).count();
    }
}
