package org.tempera.algorithms.critic;

import java.util.List;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.SinusoidalEmbedding;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** How a critic is told the timestep, beside the features. */
public enum TimestepInput {
    /** Not at all: the published critic. */
    NONE(0),
    /** Its fraction f of the training timesteps, as 2f - 1 and its square. */
    FRACTION(2),
    /** Sines and cosines at 16 frequencies (Ho et al. 2020). */
    SINUSOIDAL(32);

    private static final double SCALE = 1000;

    private final int width;

    TimestepInput(int width) {
        this.width = width;
    }

    /** Numbers added to a row of features. */
    public int width() {
        return width;
    }

    /**
     * Features with the timestep's numbers after them.
     *
     * @param features {@code [batch, featureWidth]}
     * @param fractions {@code [batch]}, in [0,1]
     * @return {@code [batch, featureWidth + width]}
     */
    Operand<TFloat32> append(GraphScope scope, Operand<TFloat32> features, Operand<TFloat32> fractions) {
        Forward f = new Forward(scope);
        int batch = Forward.sizes(features)[0];
        return switch (this) {
            case NONE -> features;
            case FRACTION -> {
                Operand<TFloat32> centred = f.reshape(
                        scope.tf().math.sub(f.scale(fractions, 2), scope.tf().constant(1f)), batch, 1);
                yield f.concat(List.of(features, centred, scope.tf().math.square(centred)), 1);
            }
            case SINUSOIDAL ->
                f.concat(
                        List.of(features, new SinusoidalEmbedding(width, true, 0).apply(f, f.scale(fractions, SCALE))),
                        1);
        };
    }
}
