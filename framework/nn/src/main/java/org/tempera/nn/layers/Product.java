package org.tempera.nn.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.Weights;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Products of what goes through a network, in the precision of the pass. Under {@link Precision#BFLOAT16} both factors
 * are rounded to bfloat16, their products summed in float32, and the sums rounded and given as float32 again; gradients
 * likewise. All that lies between products stays float32. TensorFlow's own products and gradients serve for the other
 * precisions, but where they would hold or compute more than is needed: of an adapter in a large weight, and of a large
 * kernel over few places.
 */
final class Product {
    /** Under each type of numbers, one product and its gradients with respect to both factors. */
    private interface Kernel {
        <T extends TNumber> Operand<T> of(Ops tf, Operand<T> x, Operand<T> weight);

        <T extends TNumber> Operand<T> gradientOfInput(Ops tf, Operand<T> gradient, Operand<T> weight);

        <T extends TNumber> Operand<T> gradientOfWeight(Ops tf, Operand<T> gradient, Operand<T> x);
    }

    /** {@code x W}. */
    private record Matrices() implements Kernel {
        @Override
        public <T extends TNumber> Operand<T> of(Ops tf, Operand<T> x, Operand<T> weight) {
            return tf.linalg.matMul(x, weight);
        }

        @Override
        public <T extends TNumber> Operand<T> gradientOfInput(Ops tf, Operand<T> gradient, Operand<T> weight) {
            return tf.linalg.matMul(gradient, weight, MatMul.transposeB(true));
        }

        @Override
        public <T extends TNumber> Operand<T> gradientOfWeight(Ops tf, Operand<T> gradient, Operand<T> x) {
            return tf.linalg.matMul(x, gradient, MatMul.transposeA(true));
        }
    }

    /** A convolution; sizes are asked for beforehand, for they cannot be while gradients are added. */
    private record Images(int[] input, int[] weight, List<Long> strides, String padding) implements Kernel {
        @Override
        public <T extends TNumber> Operand<T> of(Ops tf, Operand<T> x, Operand<T> kernel) {
            return tf.nn.conv2d(x, kernel, strides, padding);
        }

        @Override
        public <T extends TNumber> Operand<T> gradientOfInput(Ops tf, Operand<T> gradient, Operand<T> kernel) {
            return tf.nn.conv2dBackpropInput(ints(tf, input), kernel, gradient, strides, padding);
        }

        @Override
        public <T extends TNumber> Operand<T> gradientOfWeight(Ops tf, Operand<T> gradient, Operand<T> x) {
            return tf.nn.conv2dBackpropFilter(x, ints(tf, weight), gradient, strides, padding);
        }

        private static Operand<TInt32> ints(Ops tf, int[] values) {
            return tf.constant(values);
        }
    }

    /**
     * How many times the numbers of an adapter's factors a weight must have for products with these to be faster than
     * one with as many as it has: of rank 4, at a width of 160.
     */
    private static final long THIN = 20;

    private Product() {}

    /** Rows {@code [rows, in]} times a matrix {@code [in, out]}. @param trained whether its gradient may be wanted */
    static Operand<TFloat32> of(Forward f, Operand<TFloat32> x, Operand<TFloat32> matrix, boolean trained) {
        return of(f, new Matrices(), x, matrix, trained);
    }

    /** A convolution of images {@code [batch, height, width, in]} with {@code [height, width, in, out]}. */
    static Operand<TFloat32> convolution(
            Forward f, Operand<TFloat32> x, Operand<TFloat32> kernel, int stride, String padding, boolean trained) {
        if (f.precision() != Precision.BFLOAT16 && stride == 1) {
            Unfolded images = Unfolded.of(Forward.sizes(x), Forward.sizes(kernel), padding);
            if (images.isFaster()) {
                return images.convolve(f, x, kernel);
            }
        }
        List<Long> strides = List.of(1L, (long) stride, (long) stride, 1L);
        return of(f, new Images(Forward.sizes(x), Forward.sizes(kernel), strides, padding), x, kernel, trained);
    }

    /**
     * Rows {@code [rows, in]} times a weight that is a matrix {@code [in, out]}. Of an adapter in a large weight the
     * gradients are four thin products, where TensorFlow would first make that of the weight, as large as itself.
     */
    static Operand<TFloat32> of(Forward f, Operand<TFloat32> x, Weight weight) {
        if (f.precision() != Precision.BFLOAT16) {
            Optional<Weight.Factors> factors = weight.within(f.weights()).filter(Product::areThin);
            if (factors.isPresent()) {
                return withThinGradients(f, x, weight, factors.get());
            }
        }
        return of(f, x, weight.value(f.weights()), weight.trained(f.weights()));
    }

    private static boolean areThin(Weight.Factors factors) {
        long[] down = factors.down().shape().asArray();
        long rank = factors.up().shape().get(0);
        long in = down[0];
        long out = factors.up().shape().get(1);
        return down.length == 2 && in * out >= THIN * rank * (in + out);
    }

    /** Sums weight and adapter again for the gradient of the input: the sums of all layers are not kept till then. */
    private static Operand<TFloat32> withThinGradients(
            Forward f, Operand<TFloat32> x, Weight weight, Weight.Factors factors) {
        Operand<TFloat32> y = f.tf().linalg.matMul(x, weight.value(f.weights()));
        Operand<TFloat32> plain = weight.value(Weights.REFERENCE);
        return f.scope().withGradient(y, List.of(x, factors.down(), factors.up()), (t, arrived) -> {
            GraphOperation now = ComputedAgain.together(t, List.of(arrived, plain, factors.down(), factors.up()));
            Operand<TFloat32> dy = now.output(0);
            Operand<TFloat32> down = now.output(2);
            Operand<TFloat32> up = now.output(3);
            Operand<TFloat32> sum = t.math.add(now.<TFloat32>output(1), t.linalg.matMul(down, up));
            Operand<TFloat32> g = t.linalg.matMul(dy, up, MatMul.transposeB(true));
            Operand<TFloat32> low = t.linalg.matMul(x, down);
            return List.of(
                    t.linalg.matMul(dy, sum, MatMul.transposeB(true)),
                    t.linalg.matMul(x, g, MatMul.transposeA(true)),
                    t.linalg.matMul(low, dy, MatMul.transposeA(true)));
        });
    }

    private static Operand<TFloat32> of(
            Forward f, Kernel kernel, Operand<TFloat32> x, Operand<TFloat32> weight, boolean trained) {
        if (f.precision() != Precision.BFLOAT16) {
            return kernel.of(f.tf(), x, weight);
        }
        Operand<TBfloat16> a = f.scope().rounded(x);
        Operand<TBfloat16> b = f.scope().rounded(weight);
        List<Operand<TFloat32>> inputs = trained ? List.of(x, weight) : List.of(x);
        return f.scope().withGradient(wide(f.tf(), kernel.of(f.tf(), a, b)), inputs, (t, dy) -> {
            Operand<TBfloat16> g = rounded(t, dy);
            List<Operand<TFloat32>> gradients = new ArrayList<>(List.of(wide(t, kernel.gradientOfInput(t, g, b))));
            if (trained) {
                gradients.add(wide(t, kernel.gradientOfWeight(t, g, a)));
            }
            return gradients;
        });
    }

    /**
     * A product with a weight, and what its adapter adds in float32 where it has one beside it.
     *
     * @param map the product of the input with any weight whose last size may differ from {@code weight}'s
     */
    static Operand<TFloat32> withAdapter(
            Forward f, Weight weight, Operand<TFloat32> product, UnaryOperator<Operand<TFloat32>> map) {
        return weight.beside(f.weights())
                .map(factors -> {
                    int[] sizes = Forward.sizes(product);
                    int rank = Forward.sizes(factors.up())[0];
                    Operand<TFloat32> low = map.apply(factors.down());
                    Operand<TFloat32> rows = f.reshape(low, -1, rank);
                    return f.add(product, f.reshape(f.tf().linalg.matMul(rows, factors.up()), sizes));
                })
                .orElse(product);
    }

    static Operand<TBfloat16> rounded(Ops tf, Operand<TFloat32> x) {
        return tf.dtypes.cast(x, TBfloat16.class);
    }

    static Operand<TFloat32> wide(Ops tf, Operand<TBfloat16> x) {
        return tf.dtypes.cast(x, TFloat32.class);
    }
}
