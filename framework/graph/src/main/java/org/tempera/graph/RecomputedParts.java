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
 * passes it on to the parameters and to the parts before it.
 */
final class RecomputedParts {
    private final List<Part> parts = new ArrayList<>();
    private boolean within;

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
        if (within) {
            return build.apply(inputs);
        }
        List<Operand<TFloat32>> waiting = new ArrayList<>(inputs.subList(0, 1));
        waiting.addAll(waiting(tf, inputs.subList(1, inputs.size()), inputs.get(0)));
        Operand<TFloat32> output = tf.stopGradient(built(build, waiting));
        parts.add(new Part(inputs, build, output));
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

    private Operand<TFloat32> built(
            Function<List<Operand<TFloat32>>, Operand<TFloat32>> build, List<Operand<TFloat32>> inputs) {
        within = true;
        try {
            return build.apply(inputs);
        } finally {
            within = false;
        }
    }

    /** Gradients of a scalar with respect to those of {@code inputs} that it depends on, through all parts. */
    Map<Output<?>, Operand<TFloat32>> gradients(
            Ops tf, Output<TFloat32> scalar, Set<Output<?>> inputs, Gradients gradients) {
        Map<Output<?>, List<Operand<TFloat32>>> received = new HashMap<>();
        receive(received, gradients.of(scalar, Optional.empty(), withOutputs(inputs, parts.size())));
        for (int i = parts.size() - 1; i >= 0; i--) {
            Part part = parts.get(i);
            List<Operand<TFloat32>> arrived = received.get(part.output().asOutput());
            if (arrived != null) {
                Operand<TFloat32> gradient = total(tf, arrived);
                Output<TFloat32> again = built(part.build(), waiting(tf, part.inputs(), gradient))
                        .asOutput();
                receive(received, gradients.of(again, Optional.of(gradient), withOutputs(inputs, i)));
            }
        }
        Map<Output<?>, Operand<TFloat32>> totals = new HashMap<>();
        inputs.forEach(input -> {
            List<Operand<TFloat32>> arrived = received.get(input);
            if (arrived != null) {
                totals.put(input, total(tf, arrived));
            }
        });
        return totals;
    }

    /** What a gradient may end at: what is asked for, and the outputs of the first parts. */
    private Set<Output<?>> withOutputs(Set<Output<?>> inputs, int first) {
        Set<Output<?>> all = new LinkedHashSet<>(inputs);
        parts.subList(0, first).forEach(part -> all.add(part.output().asOutput()));
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
