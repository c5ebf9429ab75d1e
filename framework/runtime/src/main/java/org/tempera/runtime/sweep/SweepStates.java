package org.tempera.runtime.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.tempera.record.run.OwnFiles;
import org.tempera.runtime.sweep.ChildStatus.State;
import org.tempera.spi.UserException;

/** Finds out how far the runs of a sweep are, by their records and folders. */
final class SweepStates {
    private static final int NAMED = 5;

    private SweepStates() {}

    /** Each run with its state, in the order of the plan. */
    static List<ChildStatus> of(SweepPlan plan, ChildRecords records) {
        return plan.children().stream()
                .map(child -> of(child, plan.config().settings().output(), records))
                .toList();
    }

    /** A run's state; a file that cannot be read is told as that of its run, for the others' are not known by it. */
    private static ChildStatus of(SweepChild child, Path output, ChildRecords records) {
        ChildFolder folder = ChildFolder.of(output, child.name());
        try {
            return of(child, folder, records, folder::user);
        } catch (UserException e) {
            return new ChildStatus(
                    child, State.DAMAGED, 0, OptionalDouble.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /**
     * The same, for who holds the lock of the run's folder: to ask who has it would give it up.
     *
     * @throws UserException if a file of the run cannot be read
     */
    static ChildStatus ofLocked(SweepChild child, ChildFolder folder, ChildRecords records) {
        return of(child, folder, records, Optional::empty);
    }

    private static ChildStatus of(
            SweepChild child, ChildFolder folder, ChildRecords records, Supplier<Optional<String>> user) {
        Optional<ChildRecords.Kept> kept = records.read(child);
        if (kept.isPresent()) {
            Map<String, String> keys = kept.get().keys();
            Optional<String> other =
                    other(keys, records.file(child), child.keys().differences(keys));
            return new ChildStatus(
                    child,
                    other.isPresent() ? State.OTHER : State.DONE,
                    child.epochs(),
                    OptionalDouble.of(kept.get().seconds()),
                    other);
        }
        Optional<ChildState> state = ChildState.read(folder.state());
        Optional<String> other = other(child, folder, state);
        if (state.isEmpty()) {
            return new ChildStatus(
                    child, other.isPresent() ? State.OTHER : State.TO_DO, 0, OptionalDouble.empty(), other);
        }
        Optional<String> by = user.get();
        if (other.isPresent() && by.isEmpty() && !OwnFiles.exists(folder.run())) {
            return new ChildStatus(child, State.TO_DO, 0, OptionalDouble.empty(), Optional.empty()); // nothing is lost
        }
        State now = other.isPresent()
                ? State.OTHER
                : by.isPresent() ? State.RUNNING : state.get().failure().isPresent() ? State.FAILED : State.STOPPED;
        return new ChildStatus(
                child,
                now,
                folder.epochs(),
                OptionalDouble.of(state.get().seconds()),
                other.or(() -> by).or(state.get()::failure));
    }

    /** In what a folder is of other settings than the run; empty where it is of the same, or has nothing of a run. */
    static Optional<String> other(SweepChild child, ChildFolder folder) {
        return other(child, folder, ChildState.read(folder.state()));
    }

    private static Optional<String> other(SweepChild child, ChildFolder folder, Optional<ChildState> state) {
        if (state.isEmpty()) {
            return OwnFiles.exists(folder.run())
                    ? Optional.of(folder.run() + ": is not of this sweep, for " + folder.state() + " is missing")
                    : Optional.empty();
        }
        Map<String, String> keys = state.get().keys();
        return other(
                keys,
                folder.path(),
                folder.isMeasured()
                        ? child.keys().differences(keys)
                        : child.keys().differencesBeforeMeasured(keys));
    }

    private static Optional<String> other(Map<String, String> keys, Path where, List<String> differences) {
        if (keys.isEmpty()) {
            return Optional.of(where + ": does not say what settings it is of");
        }
        if (differences.isEmpty()) {
            return Optional.empty();
        }
        List<String> shown = new ArrayList<>(differences.subList(0, Math.min(NAMED, differences.size())));
        if (differences.size() > NAMED) {
            shown.add("and " + (differences.size() - NAMED) + " more");
        }
        return Optional.of(where + ": is of other settings: " + String.join(", ", shown));
    }

    /**
     * Fails if there is anything of other settings than are asked for.
     *
     * @throws UserException that names each
     */
    static void requireOwn(List<ChildStatus> runs) {
        List<String> others = runs.stream()
                .filter(run -> run.state() == State.OTHER)
                .flatMap(run -> run.message().stream())
                .toList();
        if (!others.isEmpty()) {
            StringBuilder text = new StringBuilder("the sweep asks for other settings than were run:");
            others.stream().limit(4L * NAMED).forEach(other -> text.append("\n  - ")
                    .append(other));
            if (others.size() > 4 * NAMED) {
                text.append("\n  - and ").append(others.size() - 4 * NAMED).append(" more");
            }
            throw new UserException(text + "\nNothing was changed. Put the settings back as they were, move these away,"
                    + " or give the sweep another folder with sweep.output=FOLDER and sweep.records=FOLDER.");
        }
    }
}
