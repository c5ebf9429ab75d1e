package org.tempera.diffusers.lora;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.lora.LoraPair.Factor;
import org.tempera.nn.layers.GraphParameters.Stored;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.Weight;
import org.tempera.spi.graph.Follower;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Parameters of a model with adapters on some weights. The product of an adapter's factors is added to the weight
 * itself: once in a run of the graph, instead of two thin matrix products at every use. In bfloat16 the sum would be
 * rounded to the weight again, and a layer takes the two thin products, in float32: see {@link Weight#beside}.
 */
public final class AdaptedParameters implements ParameterSource {
    private final ParameterSource base;
    private final GraphScope scope;
    private final Map<String, LoraPair> byWeight = new LinkedHashMap<>();
    private final boolean trainable;
    private final Map<String, Stored> stored = new LinkedHashMap<>();
    private final Map<Weight, Factors> factors = new LinkedHashMap<>();

    /**
     * The two factors of an adapted weight, in the graph's layout.
     *
     * @param down {@code [in, rank]} or {@code [height, width, in, rank]}
     * @param up {@code [rank, out]}
     * @param weightShape shape of the weight that their product is added to
     */
    public record Factors(Parameter down, Parameter up, Shape weightShape) {}

    /**
     * Puts the adapters of one component on its parameters.
     *
     * @param scope where the factors are declared, under their names in the file
     * @param trainable whether an optimiser may own the factors
     */
    public AdaptedParameters(
            ParameterSource base, GraphScope scope, Component component, List<LoraPair> pairs, boolean trainable) {
        this.base = base;
        this.scope = scope;
        this.trainable = trainable;
        for (LoraPair p : pairs) {
            if (p.component() == component) {
                byWeight.put(p.weight(), p);
            }
        }
    }

    @Override
    public Weight weight(String name, Layout layout, Shape shape, Initializer fresh) {
        Weight plain = base.weight(name, layout, shape, fresh);
        LoraPair pair = byWeight.get(name);
        if (pair == null) {
            return plain;
        }
        Parameter down = declare(pair.down());
        Parameter up = declare(pair.up());
        Weight adapted = scope.precision() == Precision.BFLOAT16
                ? beside(plain, down, up, pair)
                : summed(plain, down, up, pair, shape);
        factors.put(adapted, new Factors(down, up, shape));
        return adapted;
    }

    private Weight summed(Weight plain, Parameter down, Parameter up, LoraPair pair, Shape shape) {
        Operand<TFloat32> first = scaled(down.value(), pair);
        Operand<TFloat32> sum = sum(plain.value(Weights.REFERENCE), first, up.value(), pair, shape);
        return new Weight() {
            private final Map<Follower, Operand<TFloat32>> followers = new EnumMap<>(Follower.class);

            @Override
            public Operand<TFloat32> value(Weights which) {
                return which == Weights.REFERENCE
                        ? plain.value(which)
                        : which.follower()
                                .filter(f -> trainable)
                                .map(this::sumOf)
                                .orElse(sum);
            }

            private Operand<TFloat32> sumOf(Follower follower) {
                return followers.computeIfAbsent(
                        follower,
                        f -> sum(
                                plain.value(Weights.REFERENCE),
                                scaled(scope.follower(down, f).value(), pair),
                                scope.follower(up, f).value(),
                                pair,
                                shape));
            }

            @Override
            public Optional<Factors> within(Weights which) {
                return which == Weights.POLICY && trainable && !plain.trained(which)
                        ? Optional.of(new Factors(first, up.value()))
                        : Optional.empty();
            }

            @Override
            public boolean trained(Weights which) {
                return which == Weights.POLICY ? trainable : plain.trained(which);
            }
        };
    }

    private Weight beside(Weight plain, Parameter down, Parameter up, LoraPair pair) {
        return new Weight() {
            private final Map<Optional<Follower>, Factors> factors = new HashMap<>();

            @Override
            public Operand<TFloat32> value(Weights which) {
                return plain.value(Weights.REFERENCE);
            }

            @Override
            public Optional<Factors> beside(Weights which) {
                return which == Weights.REFERENCE
                        ? Optional.empty()
                        : Optional.of(factors.computeIfAbsent(which.follower().filter(f -> trainable), this::of));
            }

            private Factors of(Optional<Follower> follower) {
                Operand<TFloat32> a =
                        follower.map(f -> scope.follower(down, f)).orElse(down).value();
                Operand<TFloat32> b =
                        follower.map(f -> scope.follower(up, f)).orElse(up).value();
                return new Factors(scaled(a, pair), b);
            }

            @Override
            public boolean trained(Weights which) {
                return plain.trained(which);
            }
        };
    }

    private Operand<TFloat32> scaled(Operand<TFloat32> down, LoraPair pair) {
        return pair.scale() == 1 ? down : scope.tf().math.mul(down, scope.tf().constant((float) pair.scale()));
    }

    /** The factors of a weight that this source gave out; empty where it has no adapter. */
    public Optional<Factors> factors(Weight weight) {
        return Optional.ofNullable(factors.get(weight));
    }

    private Parameter declare(Factor factor) {
        Parameter p = scope.parameter(factor.path(), factor.shape(), factor.initial(), trainable);
        stored.put(factor.path(), new Stored(p, factor.layout()));
        return p;
    }

    private Operand<TFloat32> sum(
            Operand<TFloat32> weight, Operand<TFloat32> down, Operand<TFloat32> up, LoraPair pair, Shape shape) {
        Ops tf = scope.tf();
        Operand<TFloat32> a = down;
        if (down.shape().numDimensions() == 4) {
            int rank = pair.rank();
            a = tf.reshape(
                    a, tf.constant(new int[] {Math.toIntExact(down.shape().size() / rank), rank}));
        }
        Operand<TFloat32> product = tf.linalg.matMul(a, up);
        if (shape.numDimensions() == 4) {
            product = tf.reshape(product, tf.constant(shape.asArray()));
        }
        return tf.math.add(weight, product);
    }

    /** The factors by their names in the file, in the order in which the model declares its weights. */
    public Map<String, Stored> stored() {
        return new LinkedHashMap<>(stored);
    }
}
