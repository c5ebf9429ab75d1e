package org.tempera.core.workers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.tempera.graph.Lanes;
import org.tempera.graph.StopSignal;
import org.tempera.graph.workers.FailureKind;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.graph.workers.WorkerChannel;
import org.tempera.spi.UserException;

/** The workers that a run is trained by, from when they have found each other until they part. */
public final class Group implements AutoCloseable {
    /** Differences that a message names. */
    private static final int MOST_NAMED = 5;

    private final int count;
    private final int index;
    private final GradientSums sums;
    private final Optional<WorkerChannel> channel;
    private boolean parted;

    /**
     * Those that a channel joins.
     *
     * @param channel closed with the group
     * @param sums how their gradients become one sum
     */
    public Group(WorkerChannel channel, GradientSums sums) {
        this(channel.count(), channel.index(), sums, Optional.of(channel));
    }

    private Group(int count, int index, GradientSums sums, Optional<WorkerChannel> channel) {
        this.count = count;
        this.index = index;
        this.sums = sums;
        this.channel = channel;
    }

    /** That of one process. */
    public static Group alone() {
        return new Group(WorkerChannel.alone(), GradientSums.IN_ORDER);
    }

    /**
     * One of a run that is planned: builds the graph that it would build among the others, and meets none of them.
     *
     * @param count workers of the run
     * @param index which of them it is
     */
    public static Group planned(int count, int index, GradientSums sums) {
        return new Group(count, index, sums, Optional.empty());
    }

    /** The workers, of which this one has these lanes. */
    public Workers with(Lanes lanes) {
        return new Workers(this, lanes);
    }

    /** @throws IllegalStateException if the run is only planned */
    WorkerChannel channel() {
        return channel.orElseThrow(() -> new IllegalStateException("a planned run meets no other worker"));
    }

    /** How many workers there are, this one included. */
    int count() {
        return count;
    }

    /** Which of them this is, from 0 on. */
    int index() {
        return index;
    }

    /** Whether there are others. */
    boolean many() {
        return count > 1;
    }

    /** Whether this is the worker that leads. */
    boolean first() {
        return index == 0;
    }

    /** Says what is done when another worker asks this one to stop. */
    void whenAskedToStop(Runnable stop) {
        channel.ifPresent(others -> others.whenAskedToStop(stop));
    }

    /** Asks the others to stop. */
    void askOthersToStop() {
        channel.ifPresent(WorkerChannel::askOthersToStop);
    }

    /** Where there is no work yet that could be stopped. */
    private Meetings beforeWork() {
        return new Meetings(this, new StopSignal());
    }

    /** How gradients become one sum. */
    GradientSums sums() {
        return sums;
    }

    /** Whether nothing more can be done together: a worker is lost or has failed, or the run has ended. */
    public boolean parted() {
        return parted;
    }

    /** Nothing more is done together from here on. */
    public void part() {
        parted = true;
    }

    /** Tells the others, where they wait, that this worker has failed, unless they know or it is they that have. */
    public void failed(Throwable why) {
        if (parted || !many()) {
            return;
        }
        part();
        try {
            channel.ifPresent(others -> others.fail(kind(why), reason(why)));
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    /** What the other workers end with is to be tried again just where this one is. */
    private static FailureKind kind(Throwable why) {
        return why instanceof UserException e && e.isPassing() ? FailureKind.PASSING : FailureKind.LASTING;
    }

    /** Why a worker has failed, in the words that its user is told. */
    static String reason(Throwable e) {
        return e instanceof UserException ? String.valueOf(e.getMessage()) : e.toString();
    }

    /**
     * Does what a worker does before it can train, as building the model. Where that fails, the others are told.
     *
     * @throws LostWorkerException if it fails on another, of what may pass
     * @throws UserException if it fails on another, of what comes again
     */
    public <T> T prepared(Supplier<T> work) {
        if (!many()) {
            return work.get();
        }
        List<T> made = new ArrayList<>();
        beforeWork().share(Meeting.MODEL, () -> {
            made.add(work.get());
            return new byte[0];
        });
        return made.get(0);
    }

    /**
     * Sees to it that all workers train the same.
     *
     * @param facts by name what must be the same on all, such as keys of the configuration and hashes of files
     * @throws UserException on all of them, which names the worker and what differs
     */
    public void requireAlike(Map<String, String> facts) {
        if (!many()) {
            return;
        }
        List<Map<String, String>> all = new ArrayList<>();
        Parcel own = Parcel.of(new LinkedHashMap<>(facts));
        for (byte[] brought : beforeWork().share(Meeting.FACTS, own::bytes)) {
            Map<String, String> one = new LinkedHashMap<>();
            Parcel.of(brought).plain().forEach((name, value) -> one.put(name, String.valueOf(value)));
            all.add(one);
        }
        List<String> problems = new ArrayList<>();
        for (int i = 1; i < all.size(); i++) {
            problems(all.get(0), all.get(i), channel().name(i), problems);
        }
        if (!problems.isEmpty()) {
            throw new UserException("the workers of a run train the same, and these do not:\n  - "
                    + String.join("\n  - ", problems)
                    + "\nStart all with the same config, files, version and variables of the environment.");
        }
    }

    private void problems(Map<String, String> first, Map<String, String> other, String who, List<String> problems) {
        Set<String> names = new TreeSet<>(first.keySet());
        names.addAll(other.keySet());
        names.removeIf(name -> first.getOrDefault(name, "").equals(other.getOrDefault(name, "")));
        names.stream()
                .limit(MOST_NAMED)
                .forEach(name -> problems.add(who + ": " + name + " is " + other.getOrDefault(name, "missing") + ", on "
                        + channel().name(0) + " " + first.getOrDefault(name, "missing")));
        if (names.size() > MOST_NAMED) {
            problems.add(who + ": " + (names.size() - MOST_NAMED) + " more");
        }
    }

    /** Leaves the others. */
    @Override
    public void close() {
        part();
        channel.ifPresent(WorkerChannel::close);
    }
}
