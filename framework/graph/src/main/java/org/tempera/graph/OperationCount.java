package org.tempera.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;

/**
 * Floating-point operations of one run: two for each multiply-add of the matrix products and convolutions that its
 * fetches and targets need. Everything else is small beside them and is not counted.
 */
final class OperationCount {
    private OperationCount() {}

    static double of(List<Operand<?>> fetches, List<Op> targets) {
        Deque<GraphOperation> open = new ArrayDeque<>();
        fetches.forEach(f -> open.add((GraphOperation) f.op()));
        targets.forEach(t -> open.add((GraphOperation) t.op()));
        Set<GraphOperation> seen = new HashSet<>();
        double sum = 0;
        while (!open.isEmpty()) {
            GraphOperation op = open.remove();
            if (!seen.add(op)) {
                continue;
            }
            sum += of(op);
            for (int i = 0; i < op.numInputs(); i++) {
                open.add((GraphOperation) op.input(i).op());
            }
            open.addAll(op.controlInputs());
        }
        return sum;
    }

    private static double of(GraphOperation op) {
        return switch (op.type()) {
            case "MatMul" -> 2.0 * size(op.output(0)) * contracted(op, "transpose_a", 2);
            case "BatchMatMulV2", "BatchMatMulV3" ->
                2.0
                        * size(op.output(0))
                        * contracted(op, "adj_x", op.input(0).shape().numDimensions());
            case "Conv2D" ->
                2.0 * size(op.output(0)) * kernel(op.input(1).shape().asArray());
            case "Conv2DBackpropInput" ->
                2.0 * size(op.input(2)) * kernel(op.input(1).shape().asArray());
            case "Conv2DBackpropFilter" -> {
                long[] out = op.output(0).shape().asArray();
                yield out.length == 4 ? 2.0 * size(op.input(2)) * kernel(out) : 0;
            }
            default -> 0;
        };
    }

    private static double contracted(GraphOperation op, String transposed, int rank) {
        long[] a = op.input(0).shape().asArray();
        boolean turned = op.attributes().getAttrBool(transposed);
        return Math.max(0, a[turned ? rank - 2 : rank - 1]);
    }

    private static double kernel(long[] hwio) {
        return (double) hwio[0] * hwio[1] * hwio[2];
    }

    private static double size(Operand<?> operand) {
        return Math.max(0, operand.shape().size());
    }
}
