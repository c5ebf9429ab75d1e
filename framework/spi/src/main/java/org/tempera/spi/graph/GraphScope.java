package org.tempera.spi.graph;

import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

/**
 * The door to the shared graph while it is being built: named operations, parameters and de-duplicated parts.
 *
 * <p>All models and in-graph rewards of a trainer live in one graph, so an image never leaves the device between decode
 * and reward. Once the graph is sealed every method throws {@link IllegalStateException}.
 */
public interface GraphScope {
    /** The operations of this scope; names get this scope's prefix. */
    Ops tf();

    /** A scope below this one; the name is made unique if it is taken. */
    GraphScope child(String name);

    /**
     * A new float32 variable called {@code <scope>/<name>}.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    Parameter parameter(String name, Shape shape, Initializer initializer, boolean trainable);

    /** What networks of this graph multiply with. */
    Precision precision();

    /**
     * A new variable that nothing trains and that a network multiplies with: stored as {@link #precision} has it, so
     * that under {@link Precision#BFLOAT16} it takes half of the memory. Its value is float32 all the same.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    Parameter frozenWeight(String name, Shape shape, Initializer initializer);

    /**
     * A value rounded to bfloat16, to the nearest and to even: once in the graph, however many products read it. Of a
     * weight that is stored so this is what is stored.
     */
    Operand<TBfloat16> rounded(Operand<TFloat32> value);

    /**
     * The copy of a trained parameter that follows it: frozen, equal to it at the start, and moved by the framework as
     * the run's configuration says. It is declared when it is first asked for, and is the same from then on.
     *
     * @throws IllegalArgumentException if {@code trained} is not trainable, or no parameter of this graph
     */
    Parameter follower(Parameter trained, Follower which);

    /**
     * The part under {@code key}: built by the first caller, given to all later ones. A key names the architecture and
     * the weights' hash, so that an encoder is in the graph once, however many rewards and critics use it.
     */
    <T> T shared(SharedKey key, Function<GraphScope, T> builder);

    /**
     * {@code output} with a gradient of its own: differentiating through the result calls {@code backward} instead of
     * TensorFlow's gradients of the operations between {@code inputs} and {@code output}.
     *
     * <p>The callback runs while gradients are added. It must not ask the original operations for shapes or inputs
     * (that hangs in TensorFlow Java 1.1): capture what it needs in the closure.
     */
    Operand<TFloat32> withGradient(Operand<TFloat32> output, List<Operand<TFloat32>> inputs, Backward backward);

    /**
     * What {@code part} makes of {@code inputs}, with nothing between them and the result kept for a gradient: a
     * gradient builds the part once more, and that is computed from the inputs when the gradient has arrived. It costs
     * the part's time, and saves the memory that its intermediate results would hold until then (Chen et al. 2016,
     * <em>Training Deep Nets with Sublinear Memory Cost</em>). Within another such part it is built plainly.
     *
     * @param inputs what the part computes from, besides parameters and small tensors: what it takes from elsewhere is
     *     not waited with. The first is the one that the part follows upon
     * @param part gives the same result for the same inputs each time, and declares no parameters
     */
    Operand<TFloat32> recomputed(
            List<Operand<TFloat32>> inputs, Function<List<Operand<TFloat32>>, Operand<TFloat32>> part);

    /**
     * Gradients of a scalar with respect to {@code inputs}, in order; zeros where it does not depend on one. What is
     * computed from them has no gradient through them: put {@code stopGradient} around.
     *
     * @param scalar of rank 0
     */
    List<Operand<TFloat32>> gradients(Operand<TFloat32> scalar, List<Operand<TFloat32>> inputs);

    /** The gradient of one custom region. */
    @FunctionalInterface
    interface Backward {
        /** Gradients with respect to each input, in order, given the gradient of the output. */
        List<Operand<TFloat32>> gradients(Ops tf, Operand<TFloat32> outputGradient);
    }
}
