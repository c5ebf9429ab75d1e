package org.tempera.graph.workers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_ImportGraphDefOptions;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunOptions;

/**
 * A session that a server of TensorFlow's runs, over a graph of its own. TensorFlow Java's own sessions are of this
 * process alone: this one stands on the C API that lies below them, without reflection. Owns native memory. For one
 * thread at a time.
 */
final class RemoteSession implements AutoCloseable {
    private final TF_Graph graph;
    private final TF_Session session;
    private final RunOptions options;

    /**
     * Opens it. The server hears of it at the first run.
     *
     * @param target the server, as TensorFlow writes it: {@code grpc://host:port}
     * @throws TensorFlowFailure if TensorFlow refuses the graph or the target
     */
    RemoteSession(GraphDef definition, String target, ConfigProto config, RunOptions options) {
        this.options = options;
        graph = tensorflow.TF_NewGraph();
        try {
            session = open(graph, definition, target, config);
        } catch (RuntimeException | Error e) {
            tensorflow.TF_DeleteGraph(graph);
            throw e;
        }
    }

    private static TF_Session open(TF_Graph graph, GraphDef definition, String target, ConfigProto config) {
        byte[] bytes = config.toByteArray();
        try (TF_Status status = TF_Status.newStatus();
                TF_Buffer serialized = TF_Buffer.newBufferFromString(definition);
                TF_ImportGraphDefOptions importing = TF_ImportGraphDefOptions.newImportGraphDefOptions();
                TF_SessionOptions settings = TF_SessionOptions.newSessionOptions();
                BytePointer configuration = new BytePointer(bytes)) {
            tensorflow.TF_GraphImportGraphDef(graph, serialized, importing, status);
            TensorFlowFailure.check(status);
            tensorflow.TF_SetTarget(settings, target);
            tensorflow.TF_SetConfig(settings, configuration, bytes.length, status);
            TensorFlowFailure.check(status);
            TF_Session session = tensorflow.TF_NewSession(graph, settings, status);
            TensorFlowFailure.check(status);
            return session;
        }
    }

    /** What an operation is fed with: so many numbers of four bytes, which {@code fill} writes. */
    record Feed(String operation, DataType type, int numbers, Consumer<ByteBuffer> fill) {}

    /**
     * Runs one operation, however long that takes.
     *
     * @param take is given the operation's output, in the machine's byte order, which is gone when it returns
     * @throws TensorFlowFailure if it fails
     */
    void run(Optional<Feed> feed, String operation, Consumer<ByteBuffer> take) {
        try (TF_Status status = TF_Status.newStatus();
                TF_Buffer settings = TF_Buffer.newBufferFromString(options);
                TF_Output fed = output(feed.map(Feed::operation));
                TF_Output fetched = output(Optional.of(operation));
                PointerPointer<TF_Tensor> inputs = new PointerPointer<>(1);
                PointerPointer<TF_Tensor> outputs = new PointerPointer<>(1)) {
            feed.ifPresent(f -> inputs.put(0, tensor(f)));
            outputs.put(0, (Pointer) null);
            try {
                tensorflow.TF_SessionRun(
                        session,
                        settings,
                        fed,
                        inputs,
                        feed.isPresent() ? 1 : 0,
                        fetched,
                        outputs,
                        1,
                        null,
                        0,
                        null,
                        status);
            } finally {
                feed.ifPresent(f -> tensorflow.TF_DeleteTensor(inputs.get(TF_Tensor.class, 0)));
            }
            TensorFlowFailure.check(status);
            TF_Tensor output = outputs.get(TF_Tensor.class, 0);
            try {
                take.accept(data(output));
            } finally {
                tensorflow.TF_DeleteTensor(output);
            }
        }
    }

    /**
     * A number that a server draws when it starts, by which one that was started again is known.
     *
     * @throws TensorFlowFailure if the server does not answer or has no such device
     */
    long incarnation(String device) {
        try (TF_Status status = TF_Status.newStatus()) {
            TF_DeviceList devices = tensorflow.TF_SessionListDevices(session, status);
            TensorFlowFailure.check(status);
            try {
                for (int i = 0; i < tensorflow.TF_DeviceListCount(devices); i++) {
                    if (tensorflow.TF_DeviceListName(devices, i, status)
                            .getString()
                            .equals(device)) {
                        return tensorflow.TF_DeviceListIncarnation(devices, i, status);
                    }
                }
            } finally {
                tensorflow.TF_DeleteDeviceList(devices);
            }
            throw new TensorFlowFailure("the server has no " + device);
        }
    }

    /** The first output of an operation, or of none. */
    private TF_Output output(Optional<String> operation) {
        TF_Output output = new TF_Output();
        operation.ifPresent(name ->
                output.oper(tensorflow.TF_GraphOperationByName(graph, name)).index(0));
        return output;
    }

    private static TF_Tensor tensor(Feed feed) {
        TF_Tensor tensor = tensorflow.TF_AllocateTensor(
                feed.type.getNumber(), new long[] {feed.numbers}, 1, (long) Integer.BYTES * feed.numbers);
        try {
            feed.fill.accept(data(tensor));
        } catch (RuntimeException | Error e) {
            tensorflow.TF_DeleteTensor(tensor); // as where Java's heap has no room for what is written into it
            throw e;
        }
        return tensor;
    }

    private static ByteBuffer data(TF_Tensor tensor) {
        return tensorflow.TF_TensorData(tensor)
                .capacity(tensorflow.TF_TensorByteSize(tensor))
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    /** Closes it, which fails for nobody: its server may be gone. */
    @Override
    public void close() {
        try (TF_Status status = TF_Status.newStatus()) {
            tensorflow.TF_CloseSession(session, status);
            tensorflow.TF_DeleteSession(session, status);
        }
        tensorflow.TF_DeleteGraph(graph);
    }
}
