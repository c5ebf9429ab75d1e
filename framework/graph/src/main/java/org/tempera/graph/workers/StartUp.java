package org.tempera.graph.workers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tempera.base.files.IoReason;
import org.tempera.graph.FirstRun;
import org.tempera.graph.NativeLibrary;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.UserException;
import org.tensorflow.proto.ConfigProto;

/** Starts this worker's server, and waits until those of all others have been started. */
final class StartUp {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final Duration BEFORE_FIRST_NOTE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_NOTES = Duration.ofSeconds(30);

    /** Of the exchange, which copies bytes; what the server computes with is the process's first pool and all of it. */
    private static final int OPERATIONS_AT_A_TIME = 2;

    private final Cluster cluster;
    private final Neighbours neighbours;
    private final StopSignal stop;
    private final Consumer<String> notes;

    StartUp(Cluster cluster, Neighbours neighbours, StopSignal stop, Consumer<String> notes) {
        this.cluster = cluster;
        this.neighbours = neighbours;
        this.stop = stop;
        this.notes = notes;
    }

    /**
     * A server that runs.
     *
     * @param target its address, as TensorFlow writes it
     * @param incarnation the number that it drew
     */
    record Started(String target, ConfigProto config, long incarnation) {}

    /**
     * Starts the server, and waits.
     *
     * @param threads of the run: TensorFlow's first session or server decides for the process
     * @throws LostWorkerException if somebody is missing after that time
     * @throws UserException if the port is taken, or somebody is missing after that time and the name of one of them or
     *     of this worker resolves to no address, or that of one of them to this worker's, or this one's is another
     *     machine's
     * @throws StopSignal.StoppedException if the signal is given, or the thread interrupted, while somebody is missing;
     *     a thread stays interrupted
     */
    Started start(ThreadSettings threads, Duration timeout) {
        requireFreePort();
        NativeLibrary.load().await();
        ConfigProto config = ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(threads.intraOp())
                .setInterOpParallelismThreads(OPERATIONS_AT_A_TIME)
                .putDeviceCount("GPU", 0)
                .addDeviceFilters(CollectiveGraph.task(cluster.index()))
                .setExperimental(
                        ConfigProto.Experimental.newBuilder().setCollectiveGroupLeader(CollectiveGraph.task(0)))
                .build();
        Started started = FirstRun.within(() -> {
            String target = serve(cluster, config);
            return new Started(target, config, Neighbours.introduced(cluster, target));
        });
        awaitOthers(timeout, started.incarnation);
        noteOwnAddress();
        requireOwnAddress(started.incarnation);
        return started;
    }

    private void requireFreePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(cluster.port(cluster.index())));
        } catch (IOException e) {
            int own = cluster.index();
            List<Integer> here = neighbours.leadingHere(CONNECTING);
            if (!here.isEmpty()) {
                throw Cluster.one(
                        cluster.addresses().get(here.get(0)),
                        cluster.addresses().get(own));
            }
            throw cannotListen(cluster, IoReason.of(e), e);
        }
    }

    /**
     * Starts the server.
     *
     * @return its address, as TensorFlow writes it
     * @throws UserException if it cannot be started, such as where the port was taken after it was found free
     */
    static String serve(Cluster cluster, ConfigProto config) {
        try {
            return WorkerServer.start(cluster, config);
        } catch (TensorFlowFailure e) {
            throw cannotListen(cluster, e.reason(), e);
        }
    }

    private static UserException cannotListen(Cluster cluster, String why, Exception cause) {
        return new UserException(
                cluster.name(cluster.index()) + ": cannot listen at port " + cluster.port(cluster.index()) + ": " + why
                        + ". End what listens there, such as a worker of an earlier run, which has its port until its process"
                        + " ends, or " + Cluster.OTHER_PORT
                        + ".",
                cause);
    }

    /** No more than a note: where a router leads that address here, the others find this worker all the same. */
    private void noteOwnAddress() {
        neighbours
                .wrongWithOwn(CONNECTING)
                .ifPresent(why -> notes.accept("is " + cluster.name(cluster.index()) + ", which " + why.words()));
    }

    private void awaitOthers(Duration timeout, long incarnation) {
        long begin = System.nanoTime();
        long noteAt = begin + BEFORE_FIRST_NOTE.toNanos();
        List<Integer> missing = new ArrayList<>(
                IntStream.range(0, cluster.addresses().size()).boxed().toList());
        missing.remove(Integer.valueOf(cluster.index()));
        while (true) {
            Map<Integer, Fault> unreachable = neighbours.unreachable(missing, CONNECTING);
            missing.retainAll(unreachable.keySet());
            if (missing.isEmpty()) {
                return;
            }
            if (Thread.currentThread().isInterrupted()) {
                stop.give(); // or nothing would pause
            }
            stop.check();
            long now = System.nanoTime();
            if (now - begin >= timeout.toNanos()) {
                requireOwnAddress(incarnation);
                throw notThere(unreachable, timeout);
            }
            if (now - noteAt >= 0) {
                notes.accept("waits for " + shown(unreachable, ", which ", ", and "));
                noteOwnAddress();
                noteAt = now + BETWEEN_NOTES.toNanos();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /**
     * One who is late may be there when all are started again; one whose name nobody knows, or leads here, has a wrong
     * name, and so has this worker where its address is not its own.
     */
    private UserException notThere(Map<Integer, Fault> unreachable, Duration timeout) {
        Optional<Fault> own = neighbours.wrongWithOwn(CONNECTING);
        String message = "After " + Patience.words(timeout) + " the run's workers are not all there: "
                + shown(unreachable, " ", ", ")
                + own.map(why -> ". This process is " + cluster.name(cluster.index()) + ", which " + why.words())
                        .orElse("")
                + ". See that each was started, with the same list of addresses, and that no firewall is between them;"
                + " then start all of them again.";
        return unreachable.values().stream().anyMatch(Fault::isMistake) || own.isPresent()
                ? new UserException(message)
                : new LostWorkerException(message);
    }

    /** Two workers with one index, on two machines, would else wait for each other. */
    private void requireOwnAddress(long incarnation) {
        Optional<Long> found = neighbours.atAddressOf(cluster.index(), CONNECTING);
        if (found.isPresent() && found.get() != incarnation) {
            throw new UserException("This process is " + cluster.name(cluster.index())
                    + ", and another one answers at that address. Give each worker the index of its own address.");
        }
    }

    private String shown(Map<Integer, Fault> unreachable, String before, String between) {
        return unreachable.entrySet().stream()
                .map(each ->
                        cluster.name(each.getKey()) + before + each.getValue().words())
                .collect(Collectors.joining(between));
    }
}
