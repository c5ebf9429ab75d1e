package org.tempera.nn.layers;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One pass through a network that is being built.
 *
 * @param scope where operations are added
 * @param weights with adapters or without
 * @param observer is shown every product with a weight, if there is one
 * @param checkpointed whether a gradient keeps the inputs of {@link #unit units} only
 * @param precision of its products
 */
public record Forward(
        GraphScope scope, Weights weights, Optional<Observer> observer, boolean checkpointed, Precision precision) {
    /** Looks at the products of a pass while it is built. */
    @FunctionalInterface
    public interface Observer {
        /**
         * A layer is about to be applied.
         *
         * @param weight what the layer multiplies with
         * @param map the layer without its bias, for any weight whose last size may differ from {@code weight}'s
         */
        void applied(Weight weight, UnaryOperator<Operand<TFloat32>> map);
    }

    /** A pass whose intermediate results are kept for its gradient. */
    public Forward(GraphScope scope, Weights weights, Optional<Observer> observer) {
        this(scope, weights, observer, false, scope.precision());
    }

    /** A pass that nobody observes. */
    public Forward(GraphScope scope, Weights weights) {
        this(scope, weights, Optional.empty());
    }

    /** The same pass, whose units are computed again for its gradient. */
    public Forward withCheckpoints() {
        return new Forward(scope, weights, observer, true, precision);
    }

    /**
     * The same pass with products of float32: of the layers that a network ends with, since what it gives would be
     * rounded otherwise.
     */
    public Forward inFloat32() {
        return new Forward(scope, weights, observer, checkpointed, Precision.FLOAT32);
    }

    /**
     * A part of the network that is computed again for a gradient where this pass is checkpointed: of what lies between
     * its inputs and its result nothing is kept until then.
     *
     * @param inputs all that the part computes from, besides parameters; the first is what it follows upon
     */
    public Operand<TFloat32> unit(
            List<Operand<TFloat32>> inputs, Function<List<Operand<TFloat32>>, Operand<TFloat32>> part) {
        return checkpointed && observer.isEmpty() ? scope.recomputed(inputs, part) : part.apply(inputs);
    }

    /** A pass through a network that has no adapters. */
    public Forward(GraphScope scope) {
        this(scope, Weights.POLICY);
    }

    /** Adds operations of TensorFlow's to the pass. */
    public Ops tf() {
        return scope.tf();
    }

    /** The same pass in a scope below. */
    public Forward child(String name) {
        return new Forward(scope.child(name), weights, observer, checkpointed, precision);
    }

    /** The static sizes of an operand's axes. Not to be called while gradients are added. */
    public static int[] sizes(Operand<TFloat32> x) {
        long[] l = x.shape().asArray();
        int[] s = new int[l.length];
        for (int i = 0; i < s.length; i++) {
            if (l[i] < 0) {
                throw new IllegalArgumentException("every size must be static, found shape " + x.shape());
            }
            s[i] = Math.toIntExact(l[i]);
        }
        return s;
    }

    Operand<TInt32> ints(int... values) {
        return tf().constant(values);
    }

    /**
     * The same numbers, row by row, in another shape.
     *
     * @param shape with as many numbers; one size may be -1, which the others decide
     */
    public Operand<TFloat32> reshape(Operand<TFloat32> x, int... shape) {
        return tf().reshape(x, ints(shape));
    }

    /**
     * The sum, element by element.
     *
     * @param b of the shape of {@code a}, or one that is broadcast with it
     */
    public Operand<TFloat32> add(Operand<TFloat32> a, Operand<TFloat32> b) {
        // Of equal shapes as a sum of several: its gradient is what comes in, without the seven operations that find
        // out whether one of them was broadcast.
        return a.shape().numDimensions() > 1 && a.shape().equals(b.shape())
                ? tf().math.addN(List.of(a, b))
                : tf().math.add(a, b);
    }

    /**
     * The product, element by element.
     *
     * @param b of the shape of {@code a}, or one that is broadcast with it
     */
    public Operand<TFloat32> multiply(Operand<TFloat32> a, Operand<TFloat32> b) {
        return tf().math.mul(a, b);
    }

    /** Each element times a factor, in the shape of {@code x}. */
    public Operand<TFloat32> scale(Operand<TFloat32> x, double factor) {
        return factor == 1 ? x : tf().math.mul(x, tf().constant((float) factor));
    }

    /**
     * Joins along an axis.
     *
     * @param parts of shapes that differ in the axis at most
     * @param axis from 0 on; below 0 counted from the last
     * @return of that shape, and along the axis of the parts' sizes together
     */
    public Operand<TFloat32> concat(List<Operand<TFloat32>> parts, int axis) {
        return tf().concat(parts, tf().constant(axis));
    }
}
