package org.tempera.graph;

import java.util.List;
import java.util.function.Function;
import org.tempera.spi.graph.Follower;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.graph.SharedKey;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

/** One name scope of a {@link TrainingGraph}. */
final class BuildScope implements GraphScope {
    private final TrainingGraph graph;
    private final String path;
    private final Ops tf;

    BuildScope(TrainingGraph graph, String path, Ops tf) {
        this.graph = graph;
        this.path = path;
        this.tf = tf;
    }

    @Override
    public Ops tf() {
        graph.requireOpen();
        return tf;
    }

    @Override
    public GraphScope child(String name) {
        graph.requireOpen();
        String unique = graph.uniqueScope(path.isEmpty() ? name : path + "/" + name);
        return new BuildScope(graph, unique, graph.operations(unique));
    }

    @Override
    public Parameter parameter(String name, Shape shape, Initializer initializer, boolean trainable) {
        graph.requireOpen();
        return graph.declare(full(name), shape, initializer, trainable);
    }

    @Override
    public Precision precision() {
        return graph.precision();
    }

    @Override
    public Parameter frozenWeight(String name, Shape shape, Initializer initializer) {
        graph.requireOpen();
        return graph.declareFrozenWeight(full(name), shape, initializer);
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    @Override
    public Operand<TBfloat16> rounded(Operand<TFloat32> value) {
        graph.requireOpen();
        return graph.rounded(tf, value);
    }

    @Override
    public Parameter follower(Parameter trained, Follower which) {
        graph.requireOpen();
        return graph.follower(trained, which);
    }

    @Override
    public <T> T shared(SharedKey key, Function<GraphScope, T> builder) {
        graph.requireOpen();
        return graph.shared(key, builder);
    }

    @Override
    public Operand<TFloat32> withGradient(Operand<TFloat32> output, List<Operand<TFloat32>> inputs, Backward backward) {
        graph.requireOpen();
        return graph.customGradients().wrap(tf, output, inputs, backward);
    }

    @Override
    public Operand<TFloat32> recomputed(
            List<Operand<TFloat32>> inputs, Function<List<Operand<TFloat32>>, Operand<TFloat32>> part) {
        graph.requireOpen();
        return graph.recomputedParts().add(tf, inputs, part);
    }

    @Override
    public List<Operand<TFloat32>> gradients(Operand<TFloat32> scalar, List<Operand<TFloat32>> inputs) {
        return graph.gradients(scalar, inputs);
    }
}
