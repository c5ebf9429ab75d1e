package org.tempera.nn.layers;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * Parameters that are all trained. The reference policy's are a second, frozen set, and copies that follow are others,
 * each declared when it is first asked for: an algorithm that has no reference policy pays nothing for it.
 */
public final class FullParameters implements ParameterSource {
    private final GraphParameters trained;
    private final GraphParameters frozen;
    private final GraphScope scope;

    /**
     * Declares nothing yet; see {@link GraphParameters#fromFiles(GraphScope, TensorSource, TensorNaming, boolean)}.
     *
     * @param referenceScope where the reference policy's are declared
     */
    public FullParameters(GraphScope scope, GraphScope referenceScope, TensorSource source, TensorNaming naming) {
        this.scope = scope;
        this.trained = GraphParameters.fromFiles(scope, source, naming, true);
        this.frozen = GraphParameters.fromFiles(referenceScope, source, naming, false);
    }

    @Override
    public Weight weight(String name, Layout layout, Shape shape, Initializer fresh) {
        Weight policy = trained.weight(name, layout, shape, fresh);
        return new Weight() {
            private @Nullable Weight reference;

            @Override
            public Operand<TFloat32> value(Weights which) {
                if (which != Weights.REFERENCE) {
                    return which.follower()
                            .map(f -> scope.follower(trained.parameter(name), f).value())
                            .orElseGet(() -> policy.value(which));
                }
                Weight r = reference;
                if (r == null) {
                    r = frozen.weight(name, layout, shape, fresh);
                    reference = r;
                }
                return r.value(which);
            }

            @Override
            public boolean trained(Weights which) {
                return which == Weights.POLICY;
            }
        };
    }

    /** The trained ones by their names in files, in order of declaration. */
    public Map<String, GraphParameters.Stored> stored() {
        return trained.stored();
    }
}
