package org.tempera.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope.Backward;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Gradients that are added operation by operation, from an output back, where TensorFlow Java cannot register a
 * gradient: on Windows, and where another class loader of the process has. A custom region's callback gives its own; of
 * every other operation TensorFlow is asked for the gradient of its outputs with respect to its inputs. Where an input
 * is computed from another one, as in the sum that ends a residual block, TensorFlow would go on from the one to the
 * other: those few operations have their rule here.
 */
final class StepwiseGradients {
    private final Graph graph;
    private final Ops tf;
    private final Map<String, Backward> regions;
    private final Map<GraphOperation, Integer> order = new LinkedHashMap<>();
    private final Set<GraphOperation> dependent = new HashSet<>();
    private final Map<Output<?>, List<Operand<TFloat32>>> received = new HashMap<>();

    /** @param regions gradients of custom regions by the name of the node that ends them */
    StepwiseGradients(Graph graph, Ops tf, Map<String, Backward> regions) {
        this.graph = graph;
        this.tf = tf;
        this.regions = regions;
    }

    /**
     * Gradients with respect to those of {@code inputs} that an output depends on.
     *
     * @param gradient of the output; absent where it is a scalar whose gradient is 1
     */
    Map<Output<?>, Operand<TFloat32>> of(
            Output<TFloat32> output, Optional<Operand<TFloat32>> gradient, Collection<Output<?>> inputs) {
        arrange((GraphOperation) output.op());
        Set<Output<?>> asked = new HashSet<>(inputs);
        for (GraphOperation op : order.keySet()) {
            if (outputs(op).stream().anyMatch(asked::contains)
                    || !differentiable(op).isEmpty()) {
                dependent.add(op);
            }
        }
        receive(output, gradient.orElseGet(() -> tf.onesLike(output)));
        Map<Output<?>, Operand<TFloat32>> found = new HashMap<>();
        List<GraphOperation> backwards = new ArrayList<>(order.keySet());
        for (int i = backwards.size() - 1; i >= 0; i--) {
            GraphOperation op = backwards.get(i);
            Map<Output<?>, Operand<TFloat32>> upstream = new LinkedHashMap<>();
            for (Output<?> each : outputs(op)) {
                total(each).ifPresent(g -> upstream.put(each, g));
            }
            upstream.forEach((each, g) -> {
                if (asked.contains(each)) {
                    found.put(each, g);
                }
            });
            if (!upstream.isEmpty() && !differentiable(op).isEmpty()) {
                passOn(op, upstream);
            }
        }
        return found;
    }

    /** Numbers the operations that lead to one, each after those that it takes its inputs from. */
    private void arrange(GraphOperation last) {
        Set<GraphOperation> entered = new HashSet<>();
        Deque<GraphOperation> open = new ArrayDeque<>();
        open.push(last);
        while (!open.isEmpty()) {
            GraphOperation op = open.element();
            if (entered.add(op)) {
                inputs(op).forEach(input -> {
                    if (!entered.contains((GraphOperation) input.op())) {
                        open.push((GraphOperation) input.op());
                    }
                });
            } else {
                open.remove();
                order.putIfAbsent(op, order.size());
            }
        }
    }

    private static List<Output<?>> outputs(GraphOperation op) {
        List<Output<?>> all = new ArrayList<>();
        for (int i = 0; i < op.numOutputs(); i++) {
            all.add(op.output(i));
        }
        return all;
    }

    /** Inputs through which a gradient may go. */
    private static List<Output<?>> inputs(GraphOperation op) {
        List<Output<?>> all = new ArrayList<>();
        if (!op.type().equals("StopGradient")) {
            for (int i = 0; i < op.numInputs(); i++) {
                all.add(op.input(i));
            }
        }
        return all;
    }

    /** Different inputs that depend on what is asked for. */
    private List<Output<?>> differentiable(GraphOperation op) {
        List<Output<?>> all = new ArrayList<>();
        for (Output<?> input : inputs(op)) {
            if (dependent.contains((GraphOperation) input.op())
                    && input.type() == TFloat32.class
                    && !all.contains(input)) {
                all.add(input);
            }
        }
        return all;
    }

    private void receive(Output<?> output, Operand<TFloat32> gradient) {
        if (dependent.contains((GraphOperation) output.op())) {
            received.computeIfAbsent(output, k -> new ArrayList<>()).add(gradient);
        }
    }

    private Optional<Operand<TFloat32>> total(Output<?> output) {
        List<Operand<TFloat32>> parts = received.getOrDefault(output, List.of());
        return parts.isEmpty() ? Optional.empty() : Optional.of(parts.size() == 1 ? parts.get(0) : tf.math.addN(parts));
    }

    private void passOn(GraphOperation op, Map<Output<?>, Operand<TFloat32>> upstream) {
        Backward region = regions.get(op.name());
        if (region != null) {
            List<Operand<TFloat32>> gradients =
                    region.gradients(tf, upstream.values().iterator().next());
            for (int i = 0; i < gradients.size(); i++) {
                receive(op.input(i + 1), gradients.get(i));
            }
            return;
        }
        List<Output<?>> inputs = differentiable(op);
        if (entangled(inputs)) {
            byRule(op, upstream.values().iterator().next());
            return;
        }
        Output<?>[] asked = inputs.toArray(new Output<?>[0]);
        Output<?>[] gradients = graph.addGradients(
                null,
                upstream.keySet().toArray(new Output<?>[0]),
                asked,
                upstream.values().stream().map(Operand::asOutput).toArray(Output<?>[]::new));
        for (int i = 0; i < asked.length; i++) {
            @SuppressWarnings("unchecked") // gradients of float32 are float32
            Output<TFloat32> g = (Output<TFloat32>) gradients[i];
            receive(asked[i], g);
        }
    }

    /** Whether one of them is computed from another. */
    private boolean entangled(List<Output<?>> inputs) {
        for (Output<?> early : inputs) {
            for (Output<?> late : inputs) {
                if (position(early) < position(late)
                        && leads((GraphOperation) early.op(), (GraphOperation) late.op())) {
                    return true;
                }
            }
        }
        return false;
    }

    private int position(Output<?> output) {
        return order.getOrDefault((GraphOperation) output.op(), 0);
    }

    private boolean leads(GraphOperation from, GraphOperation to) {
        int first = order.getOrDefault(from, 0);
        Set<GraphOperation> seen = new HashSet<>();
        Deque<GraphOperation> open = new ArrayDeque<>(List.of(to));
        while (!open.isEmpty()) {
            GraphOperation op = open.remove();
            if (op.equals(from)) {
                return true;
            }
            if (seen.add(op) && order.getOrDefault(op, 0) > first) {
                inputs(op).forEach(input -> open.add((GraphOperation) input.op()));
            }
        }
        return false;
    }

    /** Operations that are often fed with a value and a function of it. */
    private void byRule(GraphOperation op, Operand<TFloat32> g) {
        switch (op.type()) {
            case "Add", "AddV2", "AddN" -> floats(op).forEach(x -> receive(x, reduced(g, x)));
            case "Sub" -> {
                receive(op.input(0), reduced(g, op.input(0)));
                receive(op.input(1), reduced(tf.math.neg(g), op.input(1)));
            }
            case "Mul" -> {
                receive(op.input(0), reduced(tf.math.mul(g, floats(op).get(1)), op.input(0)));
                receive(op.input(1), reduced(tf.math.mul(g, floats(op).get(0)), op.input(1)));
            }
            case "Div", "RealDiv" -> {
                Operand<TFloat32> quotient = tf.math.div(g, floats(op).get(1));
                receive(op.input(0), reduced(quotient, op.input(0)));
                receive(op.input(1), reduced(tf.math.neg(tf.math.mul(quotient, op.<TFloat32>output(0))), op.input(1)));
            }
            case "ConcatV2" -> slices(op, g);
            default ->
                throw new UserException("the gradient of " + op.type() + " (" + op.name() + "), one of whose inputs is"
                        + " computed from another, is not known where TensorFlow Java cannot register gradients, as on"
                        + " Windows, or as Tempera is loaded twice in this process. Give the region a gradient of its own"
                        + " (GraphScope.withGradient), or train in a process of its own on Linux or macOS.");
        }
    }

    private static List<Output<TFloat32>> floats(GraphOperation op) {
        List<Output<TFloat32>> all = new ArrayList<>();
        for (int i = 0; i < op.numInputs(); i++) {
            if (op.input(i).type() == TFloat32.class) {
                @SuppressWarnings("unchecked") // as its type says
                Output<TFloat32> input = (Output<TFloat32>) op.input(i);
                all.add(input);
            }
        }
        return all;
    }

    private void slices(GraphOperation op, Operand<TFloat32> g) {
        List<Output<TFloat32>> parts = floats(op);
        long[] whole = g.shape().asArray();
        int axis = 0;
        for (int i = 0; i < whole.length; i++) {
            if (parts.get(0).shape().get(i) != whole[i]) {
                axis = i;
            }
        }
        long[] begin = new long[whole.length];
        for (Output<TFloat32> part : parts) {
            receive(
                    part,
                    tf.slice(g, tf.constant(begin), tf.constant(part.shape().asArray())));
            begin[axis] += part.shape().get(axis);
        }
    }

    /** A gradient of a result that {@code x} was broadcast to, summed back to its shape. */
    private Operand<TFloat32> reduced(Operand<TFloat32> g, Output<?> x) {
        Shape to = x.shape();
        Shape from = g.shape();
        if (to.equals(from)) {
            return g;
        }
        int extra = from.numDimensions() - to.numDimensions();
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < from.numDimensions(); i++) {
            if (i < extra || to.get(i - extra) != from.get(i)) {
                axes.add(i);
            }
        }
        int[] summed = axes.stream().mapToInt(Integer::intValue).toArray();
        return tf.reshape(tf.reduceSum(g, tf.constant(summed)), tf.constant(to.asArray()));
    }
}
