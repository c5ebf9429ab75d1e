package org.tempera.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.graph.GraphScope.Backward;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.RawCustomGradient;
import org.tensorflow.types.TFloat32;

/**
 * Gradients of custom regions. TensorFlow Java can register a gradient only for an operation type that has none, and
 * only once in a process: so a region ends in an {@code IdentityN}, and one dispatcher finds the region's callback by
 * the node's name among those of the graph whose gradients this thread is adding.
 */
final class CustomGradients {
    private static final ThreadLocal<@Nullable CustomGradients> ACTIVE = new ThreadLocal<>();

    private static final String TYPE = "IdentityN";

    private static boolean registered;

    private final Map<String, Backward> byNode = new ConcurrentHashMap<>();
    private @Nullable Throwable failure;

    Operand<TFloat32> wrap(Ops tf, Operand<TFloat32> output, List<Operand<TFloat32>> inputs, Backward backward) {
        List<Operand<?>> all = new ArrayList<>();
        // The first input carries the value; stopGradient keeps TensorFlow's own gradient out of the region.
        all.add(tf.stopGradient(output));
        all.addAll(inputs);
        GraphOperation node = (GraphOperation) tf.identityN(all).op();
        byNode.put(node.name(), backward);
        return node.<TFloat32>output(0);
    }

    /** Gradients of the regions by the name of the node that ends them. */
    Map<String, Backward> regions() {
        return byNode;
    }

    /** Runs {@code adding}, which calls the graph's gradient builder, with this graph's callbacks active. */
    <T> T during(Supplier<T> adding) {
        ACTIVE.set(this);
        failure = null;
        try {
            T result = adding.get();
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            return result;
        } finally {
            ACTIVE.remove();
        }
    }

    /**
     * Registers the dispatcher, once; false where TensorFlow Java cannot, as on Windows, and where another class loader
     * of this process has done so before: TensorFlow keeps the first for good, and that one does not know this loader's
     * graphs.
     */
    static synchronized boolean register() {
        if (!registered) {
            try {
                registered = TensorFlow.registerCustomGradient(TYPE, (RawCustomGradient) CustomGradients::dispatch);
            } catch (UnsupportedOperationException e) {
                return false;
            }
        }
        return registered;
    }

    private static List<Operand<?>> dispatch(Ops tf, GraphOperation op, List<Output<?>> outputGradients) {
        CustomGradients active = ACTIVE.get();
        if (active == null) {
            throw new IllegalStateException("gradients of this graph are added through TrainingGraph.gradients only");
        }
        return active.gradients(tf, op, outputGradients);
    }

    @SuppressWarnings("unchecked") // custom regions are float32 by construction
    private List<Operand<?>> gradients(Ops tf, GraphOperation op, List<Output<?>> outputGradients) {
        List<Operand<?>> result = new ArrayList<>();
        result.add(tf.zerosLike(op.output(0)));
        Backward backward = byNode.get(op.name());
        if (backward == null) {
            throw new IllegalStateException("no gradient registered for " + op.name());
        }
        try {
            result.addAll(backward.gradients(tf, (Operand<TFloat32>) (Operand<?>) outputGradients.get(0)));
        } catch (RuntimeException | Error e) {
            // An exception must not cross native code: keep it and give gradients of the right count.
            failure = e;
            for (int i = 1; i < op.numInputs(); i++) {
                result.add(tf.zerosLike(op.input(i)));
            }
        }
        return result;
    }
}
