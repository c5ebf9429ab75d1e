package org.tempera.core.train;

import java.util.List;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.workers.Group;
import org.tempera.graph.workers.WorkerChannel;

/**
 * The workers of a run that is planned. This process is the one of them that its settings say, builds the graph that it
 * would build among them, and meets none.
 */
record PlannedWorkers(ClusterSettings cluster) implements WorkerChannel {
    /** One of them, or a process that is alone where no others are named. */
    static Group of(ClusterSettings cluster) {
        return cluster.isMany() ? new Group(new PlannedWorkers(cluster), cluster.gradients()) : Group.alone();
    }

    @Override
    public int count() {
        return cluster.count();
    }

    @Override
    public int index() {
        return cluster.index();
    }

    @Override
    public String name(int worker) {
        return "worker " + worker + " (" + cluster.workers().get(worker) + ")";
    }

    @Override
    public List<byte[]> allGather(byte[] own) {
        throw meetsNone();
    }

    @Override
    public byte[] broadcast(byte[] ofFirst) {
        throw meetsNone();
    }

    @Override
    public float[] allReduce(float[] own) {
        throw meetsNone();
    }

    private static IllegalStateException meetsNone() {
        return new IllegalStateException("a planned run meets no other worker");
    }

    @Override
    public void fail(String why) {}

    @Override
    public void askOthersToStop() {}

    @Override
    public void whenAskedToStop(Runnable stop) {}

    @Override
    public void close() {}
}
