package org.tempera.policies.stablediffusion.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.nn.layers.GraphParameters.Stored;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.Weight;
import org.tempera.policies.stablediffusion.lora.FactorProducts.Product;
import org.tempera.policies.stablediffusion.lora.LoraPair.Component;
import org.tempera.policies.stablediffusion.lora.LoraPair.Factor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * Parameters of a model with adapters on some weights. The product of an adapter's factors is added to the weight itself:
 * once in a run of the graph, instead of two thin matrix products at every use.
 *
 * <p>Values are given out when all weights are declared, so that the products of many small factors can be made together.
 */
public final class AdaptedParameters implements ParameterSource {
    private final ParameterSource base;
    private final GraphScope scope;
    private final Map<String, LoraPair> byWeight = new LinkedHashMap<>();
    private final boolean trainable;
    private final Map<String, Stored> stored = new LinkedHashMap<>();
    private final Map<Weight, Factors> factors = new LinkedHashMap<>();
    private final FactorProducts products = new FactorProducts();

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
        Product product = new Product(down, up, pair.scale());
        products.add(product);
        Weight adapted = new Weight() {
            private @Nullable Operand<TFloat32> sum;

            @Override
            public Operand<TFloat32> value(Weights which) {
                if (which != Weights.POLICY) {
                    return plain.value(which);
                }
                Operand<TFloat32> s = sum;
                if (s == null) {
                    s = scope.tf().math.add(plain.value(Weights.REFERENCE), products.value(scope, product, shape));
                    sum = s;
                }
                return s;
            }

            @Override
            public boolean trained(Weights which) {
                return which == Weights.POLICY ? trainable : plain.trained(which);
            }
        };
        factors.put(adapted, new Factors(down, up, shape));
        return adapted;
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

    /** The factors by their names in the file, in the order in which the model declares its weights. */
    public Map<String, Stored> stored() {
        return new LinkedHashMap<>(stored);
    }
}
