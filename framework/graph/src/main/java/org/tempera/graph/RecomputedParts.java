package org.tempera.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Parts of a graph whose intermediate results are not kept for a gradient. TensorFlow's gradients end at a part's
 * output; from the last part back, each is built once more from its inputs, waits for the gradient of its output, and
 * passes it on to the parameters and to the parts before it. Parts within a part are parts of that second copy, so that
 * of it, too, only their inputs are kept.
 */
final class RecomputedParts {
    private final List<Part> parts = new ArrayList<>();
    /** Where a part that is added belongs; absent while one is built whose results have no gradient. */
    private Optional<List<Part>> open = Optional.of(parts);

    private record Part(
            List<Operand<TFloat32>> inputs,
            Function<List<Operand<TFloat32>>, Operand<TFloat32>> build,
            Operand<TFloat32> output) {}

    /** Adds gradients with respect to those of {@code inputs} that an output depends on. */
    interface Gradients {
        /** @param gradient of the output; absent where it is a scalar whose gradient is 1 */
        Map<Output<?>, Operand<TFloat32>> of(
                Output<TFloat32> output, Optional<Operand<TFloat32>> gradient, Set<Output<?>> inputs);
    }

    Operand<TFloat32> add(
            Ops tf, List<Operand<TFloat32>> inputs, Function<List<Operand<TFloat32>>, Operand<TFloat32>> build) {
        if (open.isEmpty()) {
            return build.apply(inputs);
        }
        List<Part> siblings = open.get();
        List<Operand<TFloat32>> waiting = new ArrayList<>(inputs.subList(0, 1));
        waiting.addAll(waiting(tf, inputs.subList(1, inputs.size()), inputs.get(0)));
        Operand<TFloat32> output = tf.stopGradient(built(build, waiting, Optional.empty()));
        siblings.add(new Part(inputs, build, output));
        return output;
    }

    /**
     * The same inputs, from when something else is there. What reads inputs of a program alone would be computed for
     * all parts at once otherwise, and kept until each needs it.
     */
    private static List<Operand<TFloat32>> waiting(Ops tf, List<Operand<TFloat32>> inputs, Op start) {
        Ops after = tf.withControlDependencies(List.of(start));
        List<Operand<TFloat32>> all = new ArrayList<>();
        inputs.forEach(input -> all.add(after.identity(input)));
        return all;
    }

    /** @param inner takes the parts within it */
    private Operand<TFloat32> built(
            Function<List<Operand<TFloat32>>, Operand<TFloat32>> build,
            List<Operand<TFloat32>> inputs,
            Optional<List<Part>> inner) {
        Optional<List<Part>> around = open;
        open = inner;
        try {
            return build.apply(inputs);
        } finally {
            open = around;
        }
    }

    /** Gradients of a scalar with respect to those of {@code inputs} that it depends on, through all parts. */
    Map<Output<?>, Operand<TFloat32>> gradients(
            Ops tf, Output<TFloat32> scalar, Set<Output<?>> inputs, Gradients gradients) {
        Map<Output<?>, List<Operand<TFloat32>>> received = new HashMap<>();
        pass(tf, scalar, Optional.empty(), parts, inputs, received, gradients);
        Map<Output<?>, Operand<TFloat32>> totals = new HashMap<>();
        inputs.forEach(input -> {
            List<Operand<TFloat32>> arrived = received.get(input);
            if (arrived != null) {
                totals.put(input, total(tf, arrived));
            }
        });
        return totals;
    }

    /**
     * Passes a gradient from an output back to where it may end.
     *
     * @param through parts that lead to it, in order
     * @param ends what is asked for, and outputs of parts before those
     * @param received what has arrived, by where
     */
    private void pass(
            Ops tf,
            Output<TFloat32> output,
            Optional<Operand<TFloat32>> gradient,
            List<Part> through,
            Set<Output<?>> ends,
            Map<Output<?>, List<Operand<TFloat32>>> received,
            Gradients gradients) {
        receive(received, gradients.of(output, gradient, withOutputs(ends, through)));
        for (int i = through.size() - 1; i >= 0; i--) {
            Part part = through.get(i);
            List<Operand<TFloat32>> arrived = received.get(part.output().asOutput());
            if (arrived != null) {
                Operand<TFloat32> total = total(tf, arrived);
                List<Part> inner = new ArrayList<>();
                Output<TFloat32> again = built(part.build(), waiting(tf, part.inputs(), total), Optional.of(inner))
                        .asOutput();
                Set<Output<?>> before = withOutputs(ends, through.subList(0, i));
                pass(tf, again, Optional.of(total), inner, before, received, gradients);
            }
        }
    }

    private static Set<Output<?>> withOutputs(Set<Output<?>> ends, List<Part> parts) {
        Set<Output<?>> all = new LinkedHashSet<>(ends);
        parts.forEach(part -> all.add(part.output().asOutput()));
        return all;
    }

    private static void receive(
            Map<Output<?>, List<Operand<TFloat32>>> received, Map<Output<?>, Operand<TFloat32>> gradients) {
        gradients.forEach((of, gradient) ->
                received.computeIfAbsent(of, k -> new ArrayList<>()).add(gradient));
    }

    private static Operand<TFloat32> total(Ops tf, List<Operand<TFloat32>> arrived) {
        return arrived.size() == 1 ? arrived.get(0) : tf.math.addN(arrived);
    }
}
