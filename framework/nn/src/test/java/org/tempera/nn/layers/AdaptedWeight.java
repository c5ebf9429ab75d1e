package org.tempera.nn.layers;

import java.util.Optional;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * A weight of two sizes with an adapter in it, whose factors are trained.
 *
 * @param base {@code [in, out]}, the reference's
 * @param sum {@code [in, out]}, the base with the factors' product
 */
record AdaptedWeight(Operand<TFloat32> base, Operand<TFloat32> sum, Factors adapter) implements Weight {
    /**
     * Puts an adapter into a weight.
     *
     * @param source has the parameters {@code down} and {@code up}
     * @param shape of the base
     */
    static Weight of(
            Forward f, ParameterSource source, Operand<TFloat32> base, Shape shape, int rank, Initializer fresh) {
        Weight down = source.weight("down", Layout.SAME, Shape.of(shape.get(0), rank), fresh);
        Weight up = source.weight("up", Layout.SAME, Shape.of(rank, shape.get(1)), fresh);
        Factors factors = new Factors(down.value(Weights.POLICY), up.value(Weights.POLICY));
        return new AdaptedWeight(
                base, f.tf().math.add(base, f.tf().linalg.matMul(factors.down(), factors.up())), factors);
    }

    @Override
    public Operand<TFloat32> value(Weights which) {
        return which == Weights.REFERENCE ? base : sum;
    }

    @Override
    public boolean trained(Weights which) {
        return true;
    }

    @Override
    public Optional<Factors> within(Weights which) {
        return Optional.of(adapter);
    }
}
