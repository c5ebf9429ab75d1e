package org.tempera.core.learn;

import java.util.ArrayList;
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

/** A scope that remembers which trainable parameters were declared through it and the scopes below it. */
final class OwnParameters implements GraphScope {
    private final GraphScope scope;
    private final List<Parameter> trainable;

    OwnParameters(GraphScope scope) {
        this(scope, new ArrayList<>());
    }

    private OwnParameters(GraphScope scope, List<Parameter> trainable) {
        this.scope = scope;
        this.trainable = trainable;
    }

    /** Those that were declared so far, in order. */
    List<Parameter> trainable() {
        return List.copyOf(trainable);
    }

    @Override
    public Ops tf() {
        return scope.tf();
    }

    @Override
    public GraphScope child(String name) {
        return new OwnParameters(scope.child(name), trainable);
    }

    @Override
    public Parameter parameter(String name, Shape shape, Initializer initializer, boolean isTrainable) {
        Parameter declared = scope.parameter(name, shape, initializer, isTrainable);
        if (isTrainable) {
            trainable.add(declared);
        }
        return declared;
    }

    @Override
    public Precision precision() {
        return scope.precision();
    }

    @Override
    public Parameter frozenWeight(String name, Shape shape, Initializer initializer) {
        return scope.frozenWeight(name, shape, initializer);
    }

    @Override
    public Operand<TBfloat16> rounded(Operand<TFloat32> value) {
        return scope.rounded(value);
    }

    @Override
    public Parameter follower(Parameter trained, Follower which) {
        return scope.follower(trained, which);
    }

    @Override
    public <T> T shared(SharedKey key, Function<GraphScope, T> builder) {
        return scope.shared(key, builder);
    }

    @Override
    public Operand<TFloat32> withGradient(Operand<TFloat32> output, List<Operand<TFloat32>> inputs, Backward backward) {
        return scope.withGradient(output, inputs, backward);
    }

    @Override
    public Operand<TFloat32> recomputed(
            List<Operand<TFloat32>> inputs, Function<List<Operand<TFloat32>>, Operand<TFloat32>> part) {
        return scope.recomputed(inputs, part);
    }

    @Override
    public List<Operand<TFloat32>> gradients(Operand<TFloat32> scalar, List<Operand<TFloat32>> inputs) {
        return scope.gradients(scalar, inputs);
    }
}
