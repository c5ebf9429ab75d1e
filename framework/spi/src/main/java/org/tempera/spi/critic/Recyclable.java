package org.tempera.spi.critic;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Dense layers in a row whose hidden neurons can be measured and reset (Sokar et al. 2023; Zhang et al. 2024, section
 * 4).
 */
public interface Recyclable {
    /** The layers from input to output; the last one has no hidden neurons. */
    List<DenseLayer> layers();

    /**
     * Outputs of every hidden layer for a batch of features, each {@code [batch, width]}, before the nonlinearity.
     *
     * @param features {@code [batch, featureWidth]}
     * @param fractions training timesteps as fractions of their number, in [0,1], {@code [batch]}
     */
    List<Operand<TFloat32>> hidden(GraphScope scope, Operand<TFloat32> features, Operand<TFloat32> fractions);

    /**
     * A dense layer and what follows it.
     *
     * @param weight {@code [in, out]}
     * @param bias {@code [out]}; layers of an adapter have none
     * @param nonlinearity what the layer's outputs go through; the identity for an affine network and for the last
     *     layer
     * @param standardDeviation, around zero, that a weight is drawn with
     */
    record DenseLayer(
            Parameter weight, Optional<Parameter> bias, DoubleUnaryOperator nonlinearity, double standardDeviation) {}
}
