package org.tempera.nn.layers;

import java.util.Optional;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The weight that a layer multiplies with: a parameter, or one with an adapter on top. */
public interface Weight {
    /** Its value, in the graph's layout. */
    Operand<TFloat32> value(Weights which);

    /** Whether gradients may be asked for it: a layer may leave out gradients of a weight that is not trained. */
    boolean trained(Weights which);

    /**
     * The factors of an adapter whose product is not in {@link #value}: a layer multiplies with them in float32 and
     * adds that. Summed with a weight that is then rounded to 16 bits, it would be rounded to the weight's last place.
     */
    default Optional<Factors> beside(Weights which) {
        return Optional.empty();
    }

    /**
     * The factors of an adapter whose product is in {@link #value}, added to the value of {@link Weights#REFERENCE},
     * where they are trained: a layer may give them gradients of its own, for whose sake it then keeps gradients from
     * {@link #value}.
     */
    default Optional<Factors> within(Weights which) {
        return Optional.empty();
    }

    /**
     * Two factors of what is added to a weight.
     *
     * @param down in the form of the weight, with the rank as its last size
     * @param up {@code [rank, out]}
     */
    record Factors(Operand<TFloat32> down, Operand<TFloat32> up) {}

    /** A parameter as it is, the same for the policy and the reference policy. */
    static Weight of(Parameter parameter) {
        return new Weight() {
            @Override
            public Operand<TFloat32> value(Weights which) {
                return parameter.value();
            }

            @Override
            public boolean trained(Weights which) {
                return parameter.trainable();
            }
        };
    }
}
