package org.tempera.graph.workers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Workers that are threads of one process and meet in its memory: so is tried what is written for many processes, in
 * the tests of several modules. Each thread has a channel of its own. Sums are taken in the order of the workers.
 */
public final class LocalWorkers {
    private final List<Channel> channels;
    private Call call;

    /** So many workers. */
    public LocalWorkers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("workers must be at least 1, found " + count);
        }
        channels = IntStream.range(0, count).mapToObj(Channel::new).toList();
        call = new Call(count);
    }

    /** The channel of one worker, for one thread at a time. */
    public WorkerChannel channel(int index) {
        return channels.get(index);
    }

    private String name(int worker) {
        return "worker " + worker;
    }

    /** Waits until all have come, and returns what each brings. If interrupted, it waits on and stays interrupted. */
    private synchronized List<Brought> meet(int index, Brought own) {
        Call mine = call;
        mine.all[index] = own;
        if (++mine.arrived == channels.size()) {
            call = new Call(channels.size());
            notifyAll();
        }
        boolean interrupted = false;
        try {
            while (mine.arrived < channels.size()) {
                requireNobodyLost(mine);
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        List<Brought> all = Arrays.stream(mine.all).toList();
        if (!own.place.kind().isFailure()) {
            Place.requireOne(
                    all.stream().map(Brought::place).toList(), i -> all.get(i).text(), this::name);
        }
        return all;
    }

    private void requireNobodyLost(Call waiting) {
        for (Channel channel : channels) {
            if (channel.closed && waiting.all[channel.index] == null) {
                throw Place.ended(name(channel.index));
            }
        }
    }

    private synchronized void leave(Channel channel) {
        channel.closed = true;
        notifyAll();
    }

    /** What a worker brings to a call. */
    private record Brought(Place place, byte[] bytes, float[] numbers) {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** One call, to which all workers come. */
    private static final class Call {
        private final @Nullable Brought[] all;
        private int arrived;

        Call(int count) {
            all = new Brought[count];
        }
    }

    private final class Channel implements WorkerChannel {
        private final int index;
        private final StopRequests requests = new StopRequests();
        private long calls;
        private boolean closed;

        Channel(int index) {
            this.index = index;
        }

        @Override
        public int count() {
            return channels.size();
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public String name(int worker) {
            return LocalWorkers.this.name(worker);
        }

        @Override
        public List<byte[]> allGather(byte[] own) {
            List<byte[]> all = new ArrayList<>();
            for (Brought each : call(CallKind.ALL_GATHER, own.clone(), new float[0])) {
                all.add(each.bytes.clone());
            }
            return all;
        }

        @Override
        public byte[] broadcast(byte[] ofFirst) {
            byte[] own = index == 0 ? ofFirst.clone() : new byte[0];
            return call(CallKind.BROADCAST, own, new float[0]).get(0).bytes.clone();
        }

        @Override
        public float[] allReduce(float[] own) {
            float[] sum = new float[own.length];
            for (Brought each : call(CallKind.ALL_REDUCE, new byte[0], own.clone())) {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += each.numbers[i];
                }
            }
            return sum;
        }

        @Override
        public void fail(FailureKind kind, String why) {
            call(CallKind.of(kind), why.getBytes(StandardCharsets.UTF_8), new float[0]);
        }

        @Override
        public void askOthersToStop() {
            channels.stream().filter(other -> other != this).forEach(other -> other.requests.asked());
        }

        @Override
        public void whenAskedToStop(Runnable stop) {
            requests.then(stop);
        }

        private List<Brought> call(CallKind kind, byte[] bytes, float[] numbers) {
            if (closed) {
                throw new IllegalStateException("the channel is closed");
            }
            Place place = new Place(kind, calls++, kind == CallKind.ALL_REDUCE ? numbers.length : bytes.length);
            return meet(index, new Brought(place, bytes, numbers));
        }

        @Override
        public void close() {
            leave(this);
        }
    }
}
