package org.tempera.spi.critic;

import java.util.List;
import java.util.Optional;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A critic whose parameters are in the graph. Features are computed once, while sampling; values again at each update.
 */
public interface CriticNetwork {
    /** Width of a feature row. */
    int featureWidth();

    /**
     * How many steps of sampling in a row share their features, at least 1: they are computed at the first of these
     * steps and used again at the others, whose values still know their own timestep. Advantages stay unbiased, because
     * the features depend on earlier states alone.
     */
    default int featureInterval() {
        return 1;
    }

    /** Features {@code [batch, featureWidth]} of a denoising state; no gradient flows through them. */
    Operand<TFloat32> features(GraphScope scope, State state);

    /**
     * Values {@code [batch]} of features, in units of the normalised return.
     *
     * @param features {@code [batch, featureWidth]}
     * @param fractions training timesteps as fractions of their number, in [0,1], {@code [batch]}
     * @param dropoutSeed two numbers {@code [2]} that decide dropout while training; absent, dropout is off
     */
    Operand<TFloat32> value(
            GraphScope scope,
            Operand<TFloat32> features,
            Operand<TFloat32> fractions,
            Optional<Operand<org.tensorflow.types.TInt32>> dropoutSeed);

    /** The critic's own parameters, in a fixed order; the shared encoder is frozen and not among them. */
    List<Parameter> trainable();

    /** The critic's neurons, if they can be reset. */
    Optional<Recyclable> recyclable();

    /**
     * A denoising state in the graph.
     *
     * @param latents the latent before the step, {@code [batch, height, width, channels]}
     * @param predictedClean the clean latent that the network predicts from it, of the same shape
     * @param fractions training timesteps as fractions of their number, in [0,1], {@code [batch]}
     */
    record State(Operand<TFloat32> latents, Operand<TFloat32> predictedClean, Operand<TFloat32> fractions) {}
}
