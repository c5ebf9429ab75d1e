package org.tempera.nn.layers;

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
