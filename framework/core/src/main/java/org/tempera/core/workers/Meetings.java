package org.tempera.core.workers;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import org.tempera.graph.StopSignal;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.graph.workers.WorkerChannel;

/** Where the workers of a run meet, and what each says there of how it is with it. */
final class Meetings {
    /** How it is with a worker that comes to a meeting. */
    private enum Status {
        WORKS,
        ASKED_TO_STOP,
        STOPPED
    }

    private final Group group;
    private final StopSignal stop;

    /** @param stop of this worker's work; given where another was asked to stop, is lost or has failed */
    Meetings(Group group, StopSignal stop) {
        this.group = group;
        this.stop = stop;
    }

    /**
     * What each worker brings from its own work, by its index.
     *
     * @param what they meet for
     * @throws StopSignal.StoppedException if one of them was stopped at its work
     * @throws org.tempera.spi.UserException if another has failed: a {@link LostWorkerException} where that may pass
     */
    List<byte[]> share(Meeting what, Supplier<byte[]> work) {
        byte[] own;
        try {
            own = work.get();
        } catch (RuntimeException | Error e) {
            tell(what, e);
            throw e;
        }
        return meet(what, own);
    }

    /**
     * Says why this worker comes no further. What failed is thrown, whatever becomes of the saying. A stop is thrown on
     * the first worker, which saves then; another would go on to wait for the first one's order, and throws why there
     * will be none.
     *
     * @throws org.tempera.spi.UserException in place of a stop, if another worker has failed, or is lost
     */
    void tell(Meeting what, Throwable end) {
        if (!(end instanceof StopSignal.StoppedException)) {
            group.failed(end);
        } else if (group.many() && !group.parted()) {
            try {
                exchange(what, Status.STOPPED, new byte[0]);
            } catch (RuntimeException e) {
                if (!group.first()) {
                    e.addSuppressed(end);
                    throw e;
                }
                LoggerFactory.getLogger(Meetings.class)
                        .warn("stops, as asked, without the other workers: {}", Group.reason(e));
            }
        }
    }

    /**
     * What each worker brings, by its index.
     *
     * @throws StopSignal.StoppedException if one of them was stopped at its work
     * @throws LostWorkerException if another is lost, or has failed of what may pass
     * @throws org.tempera.spi.UserException if another has failed of what comes again, or they have come to different
     *     meetings
     */
    List<byte[]> meet(Meeting what, byte[] own) {
        List<Brought> all = exchange(what, Status.WORKS, own);
        if (all.stream().anyMatch(b -> b.status() != Status.WORKS)) {
            stop.give();
        }
        if (all.stream().anyMatch(b -> b.status() == Status.STOPPED)) {
            stop.check();
        }
        return all.stream().map(Brought::bytes).toList();
    }

    private List<Brought> exchange(Meeting what, Status status, byte[] own) {
        Status told = status == Status.WORKS && stop.isGiven() ? Status.ASKED_TO_STOP : status;
        byte[] bytes = ByteBuffer.allocate(Brought.HEAD + own.length)
                .put((byte) what.ordinal())
                .put((byte) told.ordinal())
                .put(own)
                .array();
        return carried(channel -> {
            List<Brought> all =
                    channel.allGather(bytes).stream().map(Brought::of).toList();
            Meeting.requireOne(all.stream().map(Brought::what).toList(), channel::name);
            return all;
        });
    }

    /**
     * What the channel carries; where that fails, nothing more is done together, and nothing drawn for it.
     *
     * @throws LostWorkerException if another is lost, or has failed of what may pass
     * @throws org.tempera.spi.UserException if another has failed of what comes again
     */
    <T> T carried(Function<WorkerChannel, T> call) {
        if (group.parted()) {
            throw new IllegalStateException("the workers have parted");
        }
        try {
            return call.apply(group.channel());
        } catch (RuntimeException | Error e) {
            group.part();
            stop.give();
            throw e;
        }
    }

    private record Brought(Meeting what, Status status, byte[] bytes) {
        private static final int HEAD = 2;

        static Brought of(byte[] all) {
            return new Brought(
                    Meeting.values()[all[0]], Status.values()[all[1]], Arrays.copyOfRange(all, HEAD, all.length));
        }
    }
}
