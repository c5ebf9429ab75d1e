package org.tempera.graph.workers;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;

/**
 * Asks workers to stop while they compute, beside the calls of the channel: the server of each keeps a queue, at which
 * a thread of its process waits for others to put something in. That is the incarnation of the server that it is meant
 * for, so that none from an earlier run is taken.
 */
final class RemoteStopSignal {
    /** What only ends the waiting. */
    private static final long NOTHING = 0;

    private final Cluster cluster;
    private final String target;
    private final long incarnation;

    /**
     * That of this worker.
     *
     * @param target its server, as TensorFlow writes it
     * @param incarnation of that server
     */
    RemoteStopSignal(Cluster cluster, String target, long incarnation) {
        this.cluster = cluster;
        this.target = target;
        this.incarnation = incarnation;
    }

    /**
     * Waits for others to give it, in a thread of its own, each time; {@link #close} ends the waiting.
     *
     * @param notes is told, in a sentence without a subject, where it cannot be heard any more
     */
    void whenGiven(Runnable stop, Consumer<String> notes) {
        Runnable listening = () -> {
            try (RemoteSession session = session(cluster.index(), target, incarnation)) {
                for (long given = next(session); given != NOTHING; given = next(session)) {
                    if (given == incarnation) {
                        stop.run();
                    }
                }
            }
        };
        start(
                listening,
                e -> notes.accept("hears of a stop that another worker is asked for no sooner than where they meet: "
                        + e.reason()));
    }

    /** The next that comes through the queue. */
    private static long next(RemoteSession session) {
        long[] incarnation = new long[1];
        session.run(Optional.empty(), CollectiveGraph.TAKEN, taken -> incarnation[0] = taken.getLong());
        return incarnation[0];
    }

    /**
     * Gives it to others, each in a thread of its own. One that cannot be reached hears nothing of it.
     *
     * @param incarnations of all servers, by worker
     */
    void give(Collection<Integer> others, Map<Integer, Long> incarnations) {
        for (int worker : others) {
            long its = incarnations.getOrDefault(worker, NOTHING);
            // One whose server is gone is found missing by the channel's calls.
            start(() -> put(worker, "grpc://" + cluster.addresses().get(worker), its), gone -> {});
        }
    }

    /** Ends the waiting. */
    void close() {
        // Where this fails, nobody waits: the listener's session fails with it.
        start(() -> put(cluster.index(), target, NOTHING), failed -> {});
    }

    private static void put(int worker, String server, long incarnation) {
        try (RemoteSession session = session(worker, server, incarnation)) {
            session.run(Optional.empty(), CollectiveGraph.ANSWER, number -> {});
        }
    }

    private static RemoteSession session(int worker, String server, long incarnation) {
        ConfigProto config = ConfigProto.newBuilder()
                .addDeviceFilters(CollectiveGraph.task(worker))
                .build();
        return new RemoteSession(
                CollectiveGraph.stopQueue(worker, incarnation), server, config, RunOptions.getDefaultInstance());
    }

    private static void start(Runnable work, Consumer<TensorFlowFailure> failed) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (TensorFlowFailure e) {
                        failed.accept(e);
                    }
                },
                "tempera-stop-signal");
        thread.setDaemon(true);
        thread.start();
    }
}
