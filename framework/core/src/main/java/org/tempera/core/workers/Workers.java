package org.tempera.core.workers;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.tempera.graph.Lanes;
import org.tempera.graph.StopSignal;
import org.tempera.graph.workers.LostWorkerException;

/**
 * The workers of a run, of which this process is one. They meet at the same places in the same order, and what each
 * has done by then is handed to all; so all hold the same rollout, rewards, targets and weights, and whatever is
 * computed from these needs no exchange.
 *
 * <p>Lanes are numbered through all workers in turn: lane {@code l} is one of worker {@code l % workers}, so that fewer
 * pieces than there are lanes are shared out between all. What a lane does is what the lane of that number does where
 * all are in one process.
 *
 * <p>A worker that is asked to stop asks the others, too, beside what they do: each ends its present step, and all stop
 * where they met last. One that fails says so where the others come next, and all end there.
 */
public final class Workers {
    private final Group group;
    private final Meetings meetings;
    private final Lanes lanes;

    /** @param lanes of this worker; others have as many */
    Workers(Group group, Lanes lanes) {
        this.group = group;
        this.lanes = lanes;
        meetings = new Meetings(group, lanes.stop());
        group.whenAskedToStop(lanes.stop()::give);
    }

    /** How gradients become one sum. */
    public GradientSums sums() {
        return group.sums();
    }

    /** Whether there are others. */
    public boolean many() {
        return group.many();
    }

    /** Whether this is the worker that leads: it decides what is done next, and writes. */
    public boolean first() {
        return group.first();
    }

    /** The lanes of this worker. */
    public Lanes lanes() {
        return lanes;
    }

    /** The lanes of all workers. */
    public int allLanes() {
        return group.count() * lanes.count();
    }

    /** The number that a lane of this worker has among all. */
    public int numberOf(int lane) {
        return lane * group.count() + group.index();
    }

    /** The worker that has a lane, by its number among all. */
    public int workerOf(int numbered) {
        return numbered % group.count();
    }

    private boolean isOwn(int numbered) {
        return workerOf(numbered) == group.index();
    }

    /**
     * Works on pieces {@code 0} to {@code pieces - 1}, as many at a time as there are lanes in all, and hands the
     * results in this order to every worker.
     *
     * @throws StopSignal.StoppedException if one of the workers was asked to stop; results that were taken by then are
     *     the same on all
     * @throws org.tempera.spi.UserException if another has failed: a {@link LostWorkerException} where that may pass
     */
    public <T, R> void inOrder(int pieces, Piecework<T, R> work) {
        if (many()) {
            new Rounds<>(pieces, work).run();
        } else {
            lanes.<T>inOrder(pieces, work::work, (piece, worked) -> work.take(piece, work.finish(piece, worked)));
        }
    }

    /** Pieces in rounds of one for each lane, after each of which the workers meet. */
    private final class Rounds<T, R> {
        private final int pieces;
        private final Piecework<T, R> work;
        private final List<Integer> own;
        private final Map<Integer, R> finished = new HashMap<>();
        private int met;
        private boolean meeting;

        Rounds(int pieces, Piecework<T, R> work) {
            this.pieces = pieces;
            this.work = work;
            own = IntStream.range(0, pieces)
                    .filter(piece -> isOwn(piece % allLanes()))
                    .boxed()
                    .toList();
        }

        void run() {
            try {
                lanes.<T>inOrder(own.size(), i -> work.work(own.get(i)), (i, worked) -> {
                    int piece = own.get(i);
                    finished.put(piece, work.finish(piece, worked));
                    if (i + 1 == own.size() || own.get(i + 1) / allLanes() != piece / allLanes()) {
                        meetAfter(piece / allLanes());
                    }
                });
                // In the last round there may be none for this worker.
                meetAfter((pieces - 1) / allLanes());
            } catch (RuntimeException | Error e) {
                if (!meeting) {
                    meetings.tell(Meeting.BATCHES, e);
                }
                throw e;
            }
        }

        private void meetAfter(int round) {
            for (; met <= round && pieces > 0; met++) {
                List<byte[]> mine = new ArrayList<>();
                int first = met * allLanes();
                int end = Math.min(first + allLanes(), pieces);
                for (int piece = first; piece < end; piece++) {
                    if (isOwn(piece % allLanes())) {
                        mine.add(work.pack(Objects.requireNonNull(finished.get(piece)))
                                .bytes());
                    }
                }
                meeting = true;
                List<List<byte[]>> all = new ArrayList<>();
                for (byte[] brought : meetings.meet(Meeting.BATCHES, joined(mine))) {
                    all.add(apart(brought));
                }
                meeting = false;
                for (int piece = first; piece < end; piece++) {
                    int lane = piece % allLanes();
                    R own = finished.remove(piece);
                    work.take(
                            piece,
                            own != null
                                    ? own
                                    : work.unpack(
                                            Parcel.of(all.get(workerOf(lane)).get(lane / group.count()))));
                }
            }
        }
    }

    /**
     * What each worker brings from its own work, by its index.
     *
     * @param what they meet for
     * @throws StopSignal.StoppedException if one of them was stopped at its work
     * @throws org.tempera.spi.UserException if another has failed: a {@link LostWorkerException} where that may pass
     */
    public List<Parcel> share(Meeting what, Supplier<Parcel> work) {
        return meetings.share(what, () -> work.get().bytes()).stream()
                .map(Parcel::of)
                .toList();
    }

    /**
     * Works on pieces {@code 0} to {@code pieces - 1} in turn, and hands the results in this order to every worker. A
     * worker has one at a time, in the caller's thread, for work that all its threads share or that takes much memory.
     *
     * @throws StopSignal.StoppedException if one of them was asked to stop before a piece
     * @throws org.tempera.spi.UserException if another has failed: a {@link LostWorkerException} where that may pass
     */
    public List<Parcel> oneByOne(int pieces, IntFunction<Parcel> work) {
        int count = group.count();
        List<List<byte[]>> all = meetings
                .share(
                        Meeting.PIECES,
                        () -> joined(IntStream.range(0, pieces)
                                .filter(piece -> piece % count == group.index())
                                .mapToObj(piece -> {
                                    lanes.stop().check();
                                    return work.apply(piece).bytes();
                                })
                                .toList()))
                .stream()
                .map(Workers::apart)
                .toList();
        return IntStream.range(0, pieces)
                .mapToObj(piece -> Parcel.of(all.get(piece % count).get(piece / count)))
                .toList();
    }

    /**
     * Adds what all bring, element by element, in the order of a ring: which it is depends on how many workers there
     * are.
     *
     * @param own as many numbers on every worker
     * @throws LostWorkerException if another is lost, or has failed of what may pass
     * @throws org.tempera.spi.UserException if another has failed of what comes again
     */
    public float[] allReduce(float[] own) {
        return meetings.carried(channel -> channel.allReduce(own));
    }

    /**
     * Hands the first worker's bytes to all.
     *
     * @throws LostWorkerException if another is lost, or has failed of what may pass
     * @throws org.tempera.spi.UserException if another has failed of what comes again
     */
    public byte[] fromFirst(byte[] bytes) {
        return meetings.carried(channel -> channel.broadcast(bytes));
    }

    /** What the first worker has to hand to all; no other makes it. */
    public Parcel fromFirst(Supplier<Parcel> work) {
        byte[] own;
        try {
            own = first() ? work.get().bytes() : new byte[0];
        } catch (RuntimeException | Error e) {
            failed(e);
            throw e;
        }
        return Parcel.of(fromFirst(own));
    }

    /**
     * What the first worker has all do next. Where this is the first, the others learn it; else what the first says is
     * waited for.
     */
    public Order next(Order own) {
        return many()
                ? Order.of(Parcel.of(
                        meetings.meet(Meeting.ORDER, own.parcel().bytes()).get(0)))
                : own;
    }

    /**
     * Asks all workers to stop at the end of their present steps; may be called from another thread. What was not
     * handed to all by then is done again by who goes on.
     */
    public void requestStop() {
        lanes.stop().give();
        group.askOthersToStop();
    }

    /** Whether nothing more can be done together: a worker is lost, has failed, or the run has ended. */
    public boolean parted() {
        return group.parted();
    }

    /** The run has ended: nothing more is done together. */
    public void part() {
        group.part();
    }

    /** Tells the others that this worker has failed, unless they know, or it is they that have. */
    public void failed(Throwable why) {
        group.failed(why);
    }

    private static byte[] joined(List<byte[]> parts) {
        int size = parts.stream().mapToInt(p -> Integer.BYTES + p.length).reduce(0, Math::addExact);
        ByteBuffer all = ByteBuffer.allocate(size);
        parts.forEach(p -> all.putInt(p.length).put(p));
        return all.array();
    }

    private static List<byte[]> apart(byte[] joined) {
        ByteBuffer all = ByteBuffer.wrap(joined);
        List<byte[]> parts = new ArrayList<>();
        while (all.hasRemaining()) {
            byte[] part = new byte[all.getInt()];
            all.get(part);
            parts.add(part);
        }
        return parts;
    }
}
