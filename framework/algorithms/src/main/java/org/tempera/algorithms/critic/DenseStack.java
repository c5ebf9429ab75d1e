package org.tempera.algorithms.critic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.Layout;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Dense layers in a row, the last one to a single number, with dropout after hidden layers. */
final class DenseStack {
    /**
     * A layer as it is to be declared.
     *
     * @param in its inputs
     * @param out its outputs
     * @param deviation standard deviation that its weights are drawn with
     * @param dropout share of its outputs that is dropped while training, in [0,1)
     * @param stored its values, where they come from a file
     */
    record Plan(int in, int out, double deviation, double dropout, Optional<StoredCritic.Layer> stored) {}

    private final List<Plan> plans;
    private final List<DenseLayer> layers = new ArrayList<>();
    private final Nonlinearity nonlinearity;

    DenseStack(GraphScope scope, List<Plan> plans, Nonlinearity nonlinearity) {
        this.plans = List.copyOf(plans);
        this.nonlinearity = nonlinearity;
        for (int i = 0; i < plans.size(); i++) {
            Plan p = plans.get(i);
            boolean last = i == plans.size() - 1;
            Parameter weight = scope.parameter(
                    "layers." + i + ".weight",
                    Shape.of(p.in(), p.out()),
                    p.stored()
                            .map(s -> values(Layout.LINEAR.toGraph(s.weight(), Shape.of(p.in(), p.out()))))
                            .orElse(Initializer.normal(p.deviation())),
                    true);
            Parameter bias = scope.parameter(
                    "layers." + i + ".bias",
                    Shape.of(p.out()),
                    p.stored().map(s -> values(s.bias())).orElse(Initializer.zeros()),
                    true);
            layers.add(new DenseLayer(
                    weight,
                    Optional.of(bias),
                    last ? DoubleUnaryOperator.identity() : nonlinearity.onHost(),
                    p.deviation()));
        }
    }

    private static Initializer values(float[] data) {
        return Initializer.values(target -> target.put(data));
    }

    int inputWidth() {
        return plans.get(0).in();
    }

    List<DenseLayer> layers() {
        return layers;
    }

    List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        for (DenseLayer l : layers) {
            all.add(l.weight());
            l.bias().ifPresent(all::add);
        }
        return all;
    }

    /**
     * Rows {@code [batch, in]} to numbers {@code [batch]}.
     *
     * @param dropoutSeed {@code [2]}; absent, dropout is off
     */
    Operand<TFloat32> apply(GraphScope scope, Operand<TFloat32> rows, Optional<Operand<TInt32>> dropoutSeed) {
        Forward f = new Forward(scope);
        Operand<TFloat32> x = rows;
        for (int i = 0; i < layers.size(); i++) {
            x = affine(f, layers.get(i), x);
            if (i < layers.size() - 1) {
                x = nonlinearity.apply(f, x);
                if (dropoutSeed.isPresent() && plans.get(i).dropout() > 0) {
                    x = drop(scope.tf(), x, plans.get(i).dropout(), dropoutSeed.get(), i);
                }
            }
        }
        return f.reshape(x, Forward.sizes(rows)[0]);
    }

    /** Outputs of each hidden layer before its nonlinearity, dropout off. */
    List<Operand<TFloat32>> hidden(GraphScope scope, Operand<TFloat32> rows) {
        Forward f = new Forward(scope);
        List<Operand<TFloat32>> outputs = new ArrayList<>();
        Operand<TFloat32> x = rows;
        for (DenseLayer layer : layers.subList(0, layers.size() - 1)) {
            Operand<TFloat32> output = affine(f, layer, x);
            outputs.add(output);
            x = nonlinearity.apply(f, output);
        }
        return outputs;
    }

    private static Operand<TFloat32> affine(Forward f, DenseLayer layer, Operand<TFloat32> x) {
        Operand<TFloat32> y = f.tf().linalg.matMul(x, layer.weight().value());
        return layer.bias().isEmpty()
                ? y
                : f.tf().nn.biasAdd(y, layer.bias().get().value());
    }

    /** Inverted dropout from a stateless generator: the seed and the layer decide what is dropped. */
    private static Operand<TFloat32> drop(Ops tf, Operand<TFloat32> x, double rate, Operand<TInt32> seed, int layer) {
        int[] sizes = Forward.sizes(x);
        Operand<TInt32> own = tf.math.add(seed, tf.constant(new int[] {0x5EED * (layer + 1), layer}));
        Operand<TFloat32> uniform =
                tf.random.statelessRandomUniform(tf.constant(Arrays.copyOf(sizes, sizes.length)), own, TFloat32.class);
        float keep = (float) (1 - rate);
        Operand<TFloat32> kept = tf.math.floor(tf.math.add(uniform, tf.constant(keep)));
        return tf.math.mul(x, tf.stopGradient(tf.math.div(kept, tf.constant(keep))));
    }
}
