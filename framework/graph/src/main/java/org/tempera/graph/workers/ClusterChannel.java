package org.tempera.graph.workers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.tempera.base.concurrent.Uninterrupted;
import org.tempera.base.text.Printable;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.UserException;
import org.tensorflow.proto.RunOptions;

/**
 * Carries data between processes by TensorFlow's collective operations: each process has a server of TensorFlow's, and
 * a graph and a session for nothing else.
 *
 * <p>TensorFlow waits for ever for a worker that is stopped or cut off, and a time limit of its own would end a run
 * whose worker is merely slow: so no operation has one. A call that takes long asks the other workers whether they
 * live, and goes on for as long as all of them do.
 *
 * <p>Whoever reaches a worker's port can run anything in its process: TensorFlow's servers ask for no password and
 * encrypt nothing. Workers belong in a network that is closed to others. A server cannot be stopped, so that its port
 * is taken until the process ends.
 */
public final class ClusterChannel implements WorkerChannel {
    /** Of what workers tell each other when they join. */
    private static final int FORMAT = 1;

    private static final int SHOWN_ADDRESSES = 300;

    private final Cluster cluster;
    private final Patience patience;
    private final Consumer<String> notes;
    private final Neighbours neighbours;
    private final LostWorkers lost;
    private final List<Integer> others;
    private final RemoteSession session;
    private final Exchange exchange;
    private final RemoteStopSignal stopSignal;
    private final StopRequests requests = new StopRequests();
    private final Map<Integer, Long> incarnations = new TreeMap<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread t = new Thread(work, "tempera-channel");
        t.setDaemon(true);
        return t;
    });

    private volatile Optional<Throwable> failure = Optional.empty();
    /** How often one of the others was asked to compute; each worker begins with the one behind it. */
    private int turn;

    private long brokenSince;
    private boolean broken;
    /** Whether it is this worker that has left a call in the midst. */
    private boolean astray;

    private volatile boolean closed;

    /**
     * Starts this worker, waits for the others, and joins them.
     *
     * @param threads of the run: TensorFlow's first session or server decides for the whole process
     * @param startTimeout how long to wait for workers that have not been started
     * @param stop ends the waiting for these, and is given where the thread is interrupted meanwhile
     * @param notes is told, in a sentence without a subject, whom this worker waits for
     * @throws LostWorkerException if somebody is missing after that time
     * @throws UserException if the port is taken, a worker's name does not resolve, or the workers do not fit together
     * @throws StopSignal.StoppedException if the signal is given, or the thread interrupted, while somebody is missing;
     *     a thread stays interrupted
     */
    public static WorkerChannel open(
            Cluster cluster, ThreadSettings threads, Duration startTimeout, StopSignal stop, Consumer<String> notes) {
        return open(cluster, threads, startTimeout, stop, Patience.usual(), notes);
    }

    static WorkerChannel open(
            Cluster cluster,
            ThreadSettings threads,
            Duration startTimeout,
            StopSignal stop,
            Patience patience,
            Consumer<String> notes) {
        if (cluster.addresses().size() == 1) {
            return WorkerChannel.alone();
        }
        Neighbours neighbours = new Neighbours(cluster);
        StartUp.Started started = new StartUp(cluster, neighbours, stop, notes).start(threads, startTimeout);
        return joined(cluster, neighbours, started, patience, notes);
    }

    /** Joins the others, whose servers have been started as this worker's has. */
    static WorkerChannel joined(
            Cluster cluster,
            Neighbours neighbours,
            StartUp.Started started,
            Patience patience,
            Consumer<String> notes) {
        ClusterChannel channel = new ClusterChannel(cluster, neighbours, started, patience, notes);
        try {
            channel.join(started.incarnation());
            channel.stopSignal.whenGiven(channel.requests::asked, notes);
            return channel;
        } catch (RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private ClusterChannel(
            Cluster cluster,
            Neighbours neighbours,
            StartUp.Started started,
            Patience patience,
            Consumer<String> notes) {
        this.cluster = cluster;
        this.neighbours = neighbours;
        this.patience = patience;
        this.notes = notes;
        lost = new LostWorkers(cluster::name);
        others = IntStream.range(0, cluster.addresses().size())
                .filter(i -> i != cluster.index())
                .boxed()
                .toList();
        session = new RemoteSession(
                CollectiveGraph.of(cluster.index(), cluster.addresses().size()),
                started.target(),
                started.config(),
                RunOptions.newBuilder()
                        .setExperimental(RunOptions.Experimental.newBuilder().setCollectiveGraphKey(1))
                        .build());
        stopSignal = new RemoteStopSignal(cluster, started.target(), started.incarnation());
        exchange = new Exchange(session, cluster.index(), cluster.addresses().size(), cluster::name);
    }

    /** Sees to it that all workers speak of the same cluster, and learns by what to know their servers. */
    private void join(long incarnation) {
        byte[] addresses = String.join(",", cluster.addresses()).getBytes(StandardCharsets.UTF_8);
        ByteBuffer own = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + addresses.length);
        own.putInt(FORMAT).putLong(incarnation).put(addresses);
        List<byte[]> all = call(() -> exchange.allGather(CallKind.JOIN, own.array()));
        for (int i = 0; i < all.size(); i++) {
            ByteBuffer each = ByteBuffer.wrap(all.get(i));
            int format = each.getInt();
            if (format != FORMAT) {
                throw new UserException(name(i) + " is of another version of Tempera than " + name(index())
                        + ". Install one version on all machines. " + LostWorkerException.START_AGAIN);
            }
            incarnations.put(i, each.getLong());
            String found = StandardCharsets.UTF_8.decode(each).toString();
            if (!found.equals(String.join(",", cluster.addresses()))) {
                throw new UserException(name(i) + " was given other addresses than " + name(index()) + ": "
                        + Printable.line(found.substring(0, Math.min(found.length(), SHOWN_ADDRESSES)))
                        + ". Give all workers the same list, in the same order.");
            }
        }
    }

    @Override
    public int count() {
        return cluster.addresses().size();
    }

    @Override
    public int index() {
        return cluster.index();
    }

    @Override
    public String name(int worker) {
        return cluster.name(worker);
    }

    @Override
    public List<byte[]> allGather(byte[] own) {
        return call(() -> exchange.allGather(CallKind.ALL_GATHER, own));
    }

    @Override
    public byte[] broadcast(byte[] ofFirst) {
        return call(() -> exchange.broadcast(ofFirst));
    }

    @Override
    public float[] allReduce(float[] own) {
        return call(() -> exchange.allReduce(own));
    }

    @Override
    public void fail(FailureKind kind, String why) {
        call(() -> {
            exchange.fail(kind, why.getBytes(StandardCharsets.UTF_8));
            return true;
        });
    }

    @Override
    public void askOthersToStop() {
        if (!closed && failure.isEmpty()) {
            stopSignal.give(others, incarnations);
        }
    }

    @Override
    public void whenAskedToStop(Runnable stop) {
        requests.then(stop);
    }

    private <T> T call(Callable<T> work) {
        if (closed) {
            throw new IllegalStateException("the channel is closed");
        }
        if (failure.isPresent()) {
            throw new IllegalStateException("the exchange with other workers has ended before", failure.get());
        }
        Future<T> running = thread.submit(work);
        try {
            return Uninterrupted.get(running, () -> {}, patience.beforeAsking(), new Waiting(running));
        } catch (TensorFlowFailure e) {
            throw broken(lost(e));
        } catch (UserException e) {
            throw running.isDone() ? failed(e) : broken(e);
        } catch (RuntimeException | Error e) {
            // The others are in the midst of this call, and no other finds them there.
            failure = Optional.of(e);
            astray = true;
            throw e;
        }
    }

    private UserException lost(TensorFlowFailure e) {
        if (e.differentSizes().isPresent()) {
            return lost.of(e); // which each would else say of another
        }
        Map<Integer, Fault> missing = missing(others, Set.copyOf(others));
        return missing.isEmpty() ? lost.of(e) : lost.of(missing, e.peer());
    }

    /**
     * What is wrong with others, by worker. A connection is made to each, and one whose turn it is computes: sessions
     * of each to each would be as many as the square of the workers. Where something is wrong with one, the rest
     * compute, too.
     */
    private Map<Integer, Fault> missing() {
        int next = others.get((cluster.index() + turn++) % others.size());
        Map<Integer, Fault> missing = missing(others, Set.of(next));
        if (missing.isEmpty()) {
            return missing;
        }
        Set<Integer> rest = new TreeSet<>(others);
        rest.removeAll(missing.keySet());
        Map<Integer, Fault> all = new TreeMap<>(missing);
        all.putAll(missing(rest, rest));
        return all;
    }

    private Map<Integer, Fault> missing(Collection<Integer> workers, Set<Integer> asked) {
        return neighbours.missing(workers, asked, incarnations, patience.answer());
    }

    /** Looks after the others while a call goes on. */
    private final class Waiting implements Runnable {
        private final Future<?> running;
        private final long since = System.nanoTime();
        private long noteAt = since + patience.betweenNotes().toNanos();

        Waiting(Future<?> running) {
            this.running = running;
        }

        @Override
        public void run() {
            Map<Integer, Fault> missing = missing();
            if (running.isDone()) {
                return; // what came of it says more, such as that one has ended
            }
            if (!missing.isEmpty()) {
                throw lost.of(missing, Optional.empty());
            }
            long now = System.nanoTime();
            if (now - noteAt >= 0) {
                noteAt = now + patience.betweenNotes().toNanos();
                notes.accept("waits for other workers since " + Patience.words(Duration.ofNanos(now - since))
                        + "; all of them answer");
            }
        }
    }

    private RuntimeException broken(RuntimeException e) {
        broken = true;
        brokenSince = System.nanoTime();
        return failed(e);
    }

    private RuntimeException failed(RuntimeException e) {
        failure = Optional.of(e);
        return e;
    }

    /**
     * Leaves the group. Where it is whole, the others are told, once they come to their next call; for that, and for
     * what is on its way to them, this waits some seconds at most. Where one was lost, this waits as long for others to
     * find that out, who would else take this worker for the lost one. Where it is this worker that has left a call in
     * its midst, they find that out when its process ends.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopSignal.close();
        if (broken) {
            Duration left = patience.beforeLeaving().minus(Duration.ofNanos(System.nanoTime() - brokenSince));
            if (left.toMillis() > 0) {
                notes.accept("stays " + Patience.words(left) + " more, for the other workers to find out who was lost");
                await(new CompletableFuture<>(), left);
            }
        } else if (!astray) {
            await(
                    CompletableFuture.runAsync(this::leave, thread),
                    patience.beforeAsking().dividedBy(2));
        }
        thread.shutdown();
    }

    private void leave() {
        exchange.end();
        session.close();
    }

    /** Waits for work that may fail, and that long at most. */
    private static void await(CompletableFuture<Void> work, Duration atMost) {
        Uninterrupted.get(
                work.exceptionally(e -> null).completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS),
                () -> {});
    }
}
