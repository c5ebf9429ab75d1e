package org.tempera.graph.workers;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;

/**
 * Reaches workers while they compute, beside the calls of the channel: the server of each keeps a queue, in which a
 * thread of its process waits for words of others. A word is the incarnation of the server that it is meant for, so
 * that none from an earlier run is heard.
 */
final class Bell {
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
    Bell(Cluster cluster, String target, long incarnation) {
        this.cluster = cluster;
        this.target = target;
        this.incarnation = incarnation;
    }

    /** Waits for a word, in a thread of its own, and tells that it has come; {@link #silence} ends the waiting. */
    void listen(Runnable rung) {
        start(() -> {
            try (RemoteSession session = session(cluster.index(), target, incarnation)) {
                for (long word = heard(session); word != NOTHING; word = heard(session)) {
                    if (word == incarnation) {
                        rung.run();
                    }
                }
            }
        });
    }

    /** The next word that comes. */
    private static long heard(RemoteSession session) {
        long[] word = new long[1];
        session.run(Optional.empty(), CollectiveGraph.HEARD, said -> word[0] = said.getLong());
        return word[0];
    }

    /**
     * Gives a word to others, each in a thread of its own. One that cannot be reached hears nothing of it.
     *
     * @param incarnations of all servers, by worker
     */
    void ring(Collection<Integer> others, Map<Integer, Long> incarnations) {
        for (int worker : others) {
            long word = incarnations.getOrDefault(worker, NOTHING);
            start(() -> say(worker, "grpc://" + cluster.addresses().get(worker), word));
        }
    }

    /** Ends the waiting for a word. */
    void silence() {
        start(() -> say(cluster.index(), target, NOTHING));
    }

    private static void say(int worker, String server, long word) {
        try (RemoteSession session = session(worker, server, word)) {
            session.run(Optional.empty(), CollectiveGraph.ANSWER, number -> {});
        }
    }

    private static RemoteSession session(int worker, String server, long word) {
        ConfigProto config = ConfigProto.newBuilder()
                .addDeviceFilters(CollectiveGraph.task(worker))
                .build();
        return new RemoteSession(CollectiveGraph.bell(worker, word), server, config, RunOptions.getDefaultInstance());
    }

    /** One whose server is gone is found missing by the channel's calls. */
    private static void start(Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (TensorFlowFailure e) {
                        return;
                    }
                },
                "tempera-bell");
        thread.setDaemon(true);
        thread.start();
    }
}
