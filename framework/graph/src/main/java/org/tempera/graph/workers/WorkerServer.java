package org.tempera.graph.workers;

import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.internal.c_api.TF_Server;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ClusterDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.JobDef;
import org.tensorflow.proto.ServerDef;

/**
 * This process's server of TensorFlow's, through which other workers reach it. TensorFlow cannot stop one, and ends the
 * process where one is freed: it lives as long as the process, so that nobody owns it, and its port stays taken.
 * {@code org.tensorflow.Server} would be freed by the garbage collector.
 */
final class WorkerServer {
    private WorkerServer() {}

    /**
     * Starts it.
     *
     * @return its address, as TensorFlow's sessions take it
     * @throws TensorFlowFailure if it cannot be started, such as where its port is taken
     */
    static String start(Cluster cluster, ConfigProto config) {
        JobDef.Builder workers = JobDef.newBuilder().setName("worker");
        for (int i = 0; i < cluster.addresses().size(); i++) {
            workers.putTasks(i, cluster.addresses().get(i));
        }
        byte[] definition = ServerDef.newBuilder()
                .setCluster(ClusterDef.newBuilder().addJob(workers))
                .setJobName("worker")
                .setTaskIndex(cluster.index())
                .setProtocol("grpc")
                .setDefaultSessionConfig(config)
                .build()
                .toByteArray();
        try (TF_Status status = TF_Status.newStatus();
                BytePointer serialized = new BytePointer(definition)) {
            TF_Server server = tensorflow.TF_NewServer(serialized, definition.length, status);
            TensorFlowFailure.check(status);
            tensorflow.TF_ServerStart(server, status);
            TensorFlowFailure.check(status);
            return tensorflow.TF_ServerTarget(server).getString();
        }
    }
}
