package org.tempera.graph.workers;

import com.google.protobuf.ByteString;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/**
 * The operations through which a worker gives and takes data: for each size of a bucket an all-gather and a broadcast
 * of 32-bit integers, which carry raw bytes, and an all-reduce of floats. Such an operation has one shape, and a key by
 * which those of all workers find each other: sizes are few and fixed, and all workers build them in the same order.
 */
final class CollectiveGraph {
    /** Of graphs whose operations are as TensorFlow 2 has them. */
    private static final int PRODUCER = 1000;

    static final String ANSWER = "answer";

    static final String TAKEN = "taken";

    static final String FINGERPRINT = "fingerprint";

    private static final String QUEUE = "stop_queue";
    private static final String CLUSTER = "cluster";

    private static final String GROUP_KEY = "group_key";
    private static final String GROUP_SIZE = "group_size";

    private final int index;
    private final GraphDef.Builder graph =
            GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(PRODUCER));
    private int keys;

    private CollectiveGraph(int index) {
        this.index = index;
    }

    /** The graph of one worker of so many. */
    static GraphDef of(int index, int count) {
        CollectiveGraph all = new CollectiveGraph(index);
        all.addConstant(GROUP_SIZE, count);
        all.addConstant(GROUP_KEY, 1);
        for (Bucket bucket : Bucket.values()) {
            all.addInput(bytes(bucket), DataType.DT_INT32, bucket);
            all.addInput(numbers(bucket), DataType.DT_FLOAT, bucket);
            all.addAllGather(bucket);
            all.addBroadcast(bucket);
            all.addAllReduce(bucket);
        }
        return all.graph.build();
    }

    /** A graph of one number, {@link #ANSWER}, that a worker gives. */
    static GraphDef question(int task) {
        CollectiveGraph one = new CollectiveGraph(task);
        one.addConstant(ANSWER, 1);
        return one.graph.build();
    }

    /**
     * A graph of a number that a worker's server keeps for all sessions: {@link #ANSWER} keeps it, and
     * {@link #FINGERPRINT} is what was kept, and fails where nothing was.
     */
    static GraphDef cluster(int task, long fingerprint) {
        CollectiveGraph one = new CollectiveGraph(task);
        AttrValue type = type(DataType.DT_INT64);
        one.addConstant("kept", fingerprint);
        one.graph.addNode(one.node(CLUSTER, "VarHandleOp")
                .putAttr("dtype", type)
                .putAttr(
                        "shape",
                        AttrValue.newBuilder()
                                .setShape(TensorShapeProto.getDefaultInstance())
                                .build())
                .putAttr("shared_name", text(CLUSTER)));
        one.graph.addNode(
                one.node("keep", "AssignVariableOp").putAttr("dtype", type).addAllInput(List.of(CLUSTER, "kept")));
        one.graph.addNode(
                one.node(FINGERPRINT, "ReadVariableOp").putAttr("dtype", type).addInput(CLUSTER));
        one.addAnswerAfter("keep");
        return one.graph.build();
    }

    /**
     * A graph of a queue that a worker's server keeps for all sessions: {@link #ANSWER} puts an incarnation into it,
     * and {@link #TAKEN} waits for one and takes it out.
     */
    static GraphDef stopQueue(int task, long incarnation) {
        CollectiveGraph one = new CollectiveGraph(task);
        one.addConstant("incarnation", incarnation);
        AttrValue types = AttrValue.newBuilder()
                .setList(AttrValue.ListValue.newBuilder().addType(DataType.DT_INT64))
                .build();
        one.graph.addNode(
                one.node(QUEUE, "FIFOQueueV2").putAttr("component_types", types).putAttr("shared_name", text(QUEUE)));
        one.graph.addNode(one.node("put", "QueueEnqueueV2")
                .putAttr("Tcomponents", types)
                .addAllInput(List.of(QUEUE, "incarnation")));
        one.graph.addNode(one.node(TAKEN, "QueueDequeueV2")
                .putAttr("component_types", types)
                .addInput(QUEUE));
        one.addAnswerAfter("put");
        return one.graph.build();
    }

    /** The answer, which comes once another operation is done. */
    private void addAnswerAfter(String operation) {
        addConstant(ANSWER, 1);
        graph.getNodeBuilder(graph.getNodeCount() - 1).addInput("^" + operation);
    }

    /** Where a worker computes, as TensorFlow calls it. */
    static String device(int task) {
        return task(task) + "/device:CPU:0";
    }

    /** A worker, as TensorFlow calls it. */
    static String task(int task) {
        return "/job:worker/replica:0/task:" + task;
    }

    /** The input for the bytes that a worker brings. */
    static String bytes(Bucket bucket) {
        return "bytes_" + bucket;
    }

    /** The input for the numbers that a worker brings. */
    static String numbers(Bucket bucket) {
        return "numbers_" + bucket;
    }

    /** The buckets of all workers, one behind the other. */
    static String allGather(Bucket bucket) {
        return "all_gather_" + bucket;
    }

    /** The first worker's bucket. */
    static String broadcast(Bucket bucket) {
        return "broadcast_" + bucket;
    }

    /** The sum of all workers' buckets. */
    static String allReduce(Bucket bucket) {
        return "all_reduce_" + bucket;
    }

    private void addAllGather(Bucket bucket) {
        String key = newKey();
        graph.addNode(collective(allGather(bucket), "CollectiveGatherV2", DataType.DT_INT32)
                .addAllInput(List.of(bytes(bucket), GROUP_SIZE, GROUP_KEY, key)));
    }

    private void addBroadcast(Bucket bucket) {
        String key = newKey();
        if (index == 0) {
            graph.addNode(collective(broadcast(bucket), "CollectiveBcastSendV2", DataType.DT_INT32)
                    .addAllInput(List.of(bytes(bucket), GROUP_SIZE, GROUP_KEY, key)));
            return;
        }
        String shape = "shape_" + bucket;
        addConstant(shape, TensorProto.newBuilder().setTensorShape(shape(1)).addIntVal(bucket.numbers()));
        graph.addNode(collective(broadcast(bucket), "CollectiveBcastRecvV2", DataType.DT_INT32)
                .addAllInput(List.of(GROUP_SIZE, GROUP_KEY, key, shape)));
    }

    private void addAllReduce(Bucket bucket) {
        String key = newKey();
        graph.addNode(collective(allReduce(bucket), "CollectiveReduceV2", DataType.DT_FLOAT)
                .putAttr("merge_op", text("Add"))
                .putAttr("final_op", text("Id"))
                .addAllInput(List.of(numbers(bucket), GROUP_SIZE, GROUP_KEY, key)));
    }

    private void addInput(String name, DataType type, Bucket bucket) {
        graph.addNode(node(name, "Placeholder")
                .putAttr("dtype", type(type))
                .putAttr(
                        "shape",
                        AttrValue.newBuilder().setShape(shape(bucket.numbers())).build()));
    }

    private String newKey() {
        String name = "key_" + keys;
        addConstant(name, keys++);
        return name;
    }

    private void addConstant(String name, int value) {
        addConstant(
                name,
                TensorProto.newBuilder()
                        .setTensorShape(TensorShapeProto.getDefaultInstance())
                        .addIntVal(value));
    }

    private void addConstant(String name, long value) {
        addConstant(
                name,
                DataType.DT_INT64,
                TensorProto.newBuilder()
                        .setTensorShape(TensorShapeProto.getDefaultInstance())
                        .addInt64Val(value));
    }

    private void addConstant(String name, TensorProto.Builder value) {
        addConstant(name, DataType.DT_INT32, value);
    }

    private void addConstant(String name, DataType type, TensorProto.Builder value) {
        graph.addNode(node(name, "Const")
                .putAttr("dtype", type(type))
                .putAttr(
                        "value",
                        AttrValue.newBuilder().setTensor(value.setDtype(type)).build()));
    }

    private NodeDef.Builder collective(String name, String operation, DataType type) {
        return node(name, operation).putAttr("T", type(type)).putAttr("communication_hint", text("ring"));
    }

    private NodeDef.Builder node(String name, String operation) {
        return NodeDef.newBuilder().setName(name).setOp(operation).setDevice(device(index));
    }

    private static TensorShapeProto shape(int size) {
        return TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dim.newBuilder().setSize(size))
                .build();
    }

    private static AttrValue type(DataType type) {
        return AttrValue.newBuilder().setType(type).build();
    }

    private static AttrValue text(String text) {
        return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
    }
}
