package org.tempera.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Op;
import org.tensorflow.proto.DataType;

/**
 * About how many bytes the tensors of one run take at its fullest moment: operations are thought to run one by one,
 * each as soon as the next one needs it, a tensor lives until its last reader is done, and what TensorFlow computes in
 * place takes nothing. What kernels reserve for themselves, and the weights, are not counted, so a run needs rather
 * more.
 */
final class PeakMemory {
    /** Each of their outputs is the memory of the input of its place; a variable that is read is the weights' own. */
    private static final Set<String> VIEWS = Set.of(
            "Identity",
            "IdentityN",
            "Reshape",
            "Squeeze",
            "ExpandDims",
            "StopGradient",
            "PreventGradient",
            "Snapshot",
            "ReadVariableOp");

    /** They write over an input of the output's size that nobody else reads. */
    private static final Set<String> IN_PLACE = Set.of(
            "Add",
            "AddN",
            "AddV2",
            "Sub",
            "Mul",
            "RealDiv",
            "Div",
            "Maximum",
            "Minimum",
            "Neg",
            "Exp",
            "Log",
            "Sqrt",
            "Rsqrt",
            "Square",
            "Relu",
            "Sigmoid",
            "SigmoidGrad",
            "SquaredDifference",
            "Tanh",
            "TanhGrad",
            "Erf",
            "Round",
            "Floor",
            "ClipByValue",
            "BiasAdd",
            "Softmax",
            "Sin",
            "Cos");

    /** They ask an input for its shape alone, as gradients do: TensorFlow runs them as soon as that is there. */
    private static final Set<String> SHAPES = Set.of("Shape", "ShapeN", "Size", "Rank");

    private final Map<Output<?>, Integer> readers = new HashMap<>();
    private final Map<Output<?>, Output<?>> owners = new HashMap<>();
    private long live;
    private long peak;

    private PeakMemory() {}

    static long of(List<Operand<?>> fetches, List<Op> targets) {
        PeakMemory memory = new PeakMemory();
        List<GraphOperation> order = order(fetches, targets);
        for (GraphOperation op : order) {
            memory.declare(op);
        }
        for (Operand<?> fetch : fetches) {
            memory.readers.merge(memory.owner(fetch.asOutput()), 1, Integer::sum);
        }
        for (GraphOperation op : order) {
            memory.run(op);
        }
        return memory.peak;
    }

    /** What a run computes, inputs before what reads them. */
    private static List<GraphOperation> order(List<Operand<?>> fetches, List<Op> targets) {
        Deque<GraphOperation> open = new ArrayDeque<>();
        targets.forEach(t -> open.push((GraphOperation) t.op()));
        fetches.forEach(f -> open.push((GraphOperation) f.op()));
        Set<GraphOperation> entered = new HashSet<>();
        Set<GraphOperation> done = new LinkedHashSet<>();
        while (!open.isEmpty()) {
            GraphOperation op = open.peek();
            if (done.contains(op)) {
                open.pop();
            } else if (!entered.add(op)) {
                open.pop();
                done.add(op);
            } else {
                for (int i = op.numInputs() - 1; i >= 0; i--) {
                    push((GraphOperation) op.input(i).op(), entered, open);
                }
                op.controlInputs().forEach(c -> push(c, entered, open));
            }
        }
        return List.copyOf(done);
    }

    private static void push(GraphOperation op, Set<GraphOperation> entered, Deque<GraphOperation> open) {
        if (!entered.contains(op)) {
            open.push(op);
        }
    }

    private void declare(GraphOperation op) {
        for (int i = 0; i < readInputs(op); i++) {
            readers.merge(owner(op.input(i)), 1, Integer::sum);
        }
        if (VIEWS.contains(op.type())) {
            for (int i = 0; i < op.numOutputs(); i++) {
                owners.put(op.output(i), owner(op.input(i)));
            }
        }
    }

    private static int readInputs(GraphOperation op) {
        return SHAPES.contains(op.type()) ? 0 : op.numInputs();
    }

    private Output<?> owner(Output<?> output) {
        return owners.getOrDefault(output, output);
    }

    private void run(GraphOperation op) {
        if (VIEWS.contains(op.type())) {
            release(op);
            return;
        }
        long bytes = 0;
        for (int i = 0; i < op.numOutputs(); i++) {
            bytes += bytes(op.output(i));
        }
        if (!IN_PLACE.contains(op.type()) || !overwrites(op, bytes)) {
            live += bytes;
            peak = Math.max(peak, live);
        }
        release(op);
        for (int i = 0; i < op.numOutputs(); i++) {
            if (!readers.containsKey(op.output(i))) {
                live -= bytes(op.output(i));
            }
        }
    }

    /** Whether an input's memory becomes the output's, which is then not released. */
    private boolean overwrites(GraphOperation op, long bytes) {
        for (int i = 0; i < op.numInputs(); i++) {
            Output<?> input = owner(op.input(i));
            boolean last = readers.getOrDefault(input, 0) == 1;
            if (last && bytes(input) == bytes && !input.op().type().equals("Const")) {
                readers.put(input, 2);
                return true;
            }
        }
        return false;
    }

    private void release(GraphOperation op) {
        for (int i = 0; i < readInputs(op); i++) {
            Output<?> input = owner(op.input(i));
            // Constants stay.
            if (readers.merge(input, -1, Integer::sum) == 0
                    && !input.op().type().equals("Const")) {
                live -= bytes(input);
            }
        }
    }

    private static long bytes(Output<?> output) {
        long size = output.shape().size();
        return size < 0 ? 0 : bytesOf(output.dataType()) * size;
    }

    /** Of one number. */
    static int bytesOf(DataType type) {
        return switch (type) {
            case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
            case DT_FLOAT, DT_INT32, DT_UINT32 -> 4;
            case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16 -> 2;
            case DT_BOOL, DT_UINT8, DT_INT8 -> 1;
            default -> 0; // resources and text
        };
    }
}
