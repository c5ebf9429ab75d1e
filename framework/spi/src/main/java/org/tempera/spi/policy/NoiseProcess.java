package org.tempera.spi.policy;

import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The stochastic sampler as a Markov decision process: where a step goes in mean, and how far it scatters.
 *
 * <p>Everything that depends on the timestep is computed on the host in double precision and fed as one row of
 * coefficients for each sample, so that one program serves every timestep and the rows of a batch may be at different
 * timesteps.
 */
public interface NoiseProcess {
    /** How many timesteps the model was trained on, 1000 as a rule. */
    int trainTimesteps();

    /**
     * The least of the timesteps that the model was trained on, which are {@link #trainTimesteps} whole numbers in
     * sequence: 0, or 1 where timestep 0 has no noise.
     */
    default int firstTrainTimestep() {
        return 0;
    }

    /** How many coefficients a row of a step has. */
    int coefficientCount();

    /**
     * The steps of a sample. Their timesteps, which lie in [0, {@link #trainTimesteps}], and the initial deviation
     * depend on {@code steps} alone, so that steps of one stochasticity can stand among those of another.
     *
     * @param steps how many a sample takes, at least 1
     * @param eta stochasticity in [0,1]; at 0 no step is stochastic, above 0 those are that the process can make so
     * @throws org.tempera.spi.UserException if the model cannot be sampled in so many steps
     */
    Trajectory trajectory(int steps, double eta);

    /**
     * One step in the graph.
     *
     * @param latents {@code [batch, height, width, channels]}
     * @param output the network's output, of the same shape
     * @param coefficients rows of a {@link Trajectory}, {@code [batch, coefficientCount]}
     */
    Transition transition(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> output, Operand<TFloat32> coefficients);

    /** How many coefficients a row of the forward process has. */
    int forwardCoefficientCount();

    /**
     * The row of coefficients by which a clean latent is noised to a training timestep.
     *
     * @param timestep one that the model was trained on, see {@link #firstTrainTimestep}, or one of a
     *     {@link #trajectory}
     */
    float[] forwardCoefficients(double timestep);

    /**
     * The forward process in the graph: the latent that a model is trained to denoise.
     *
     * @param clean clean latents in the sampler's scale, {@code [batch, height, width, channels]}
     * @param noise standard normal, of the same shape
     * @param coefficients rows of {@link #forwardCoefficients}, {@code [batch, forwardCoefficientCount]}
     */
    Forward diffuse(GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> coefficients);

    /**
     * The clean latents that an output of the network implies, without what sampling alone does to them (thresholds).
     *
     * @param noisy what the network was given, {@code [batch, height, width, channels]}
     * @param output the network's output, of the same shape
     * @param coefficients rows of {@link #forwardCoefficients}
     */
    Operand<TFloat32> clean(
            GraphScope scope, Operand<TFloat32> noisy, Operand<TFloat32> output, Operand<TFloat32> coefficients);

    /**
     * Noised latents.
     *
     * @param noisy shaped like the clean ones
     * @param target what the network should give for them (noise, velocity or clean latent), of the same shape
     * @param signalToNoise the signal's variance over the noise's, {@code [batch]}
     */
    record Forward(Operand<TFloat32> noisy, Operand<TFloat32> target, Operand<TFloat32> signalToNoise) {}

    /**
     * A Gaussian step.
     *
     * @param mean mean of the next latent, shaped like the latents
     * @param standardDeviation {@code [batch, 1, 1, 1]}
     * @param predictedClean the clean latent that the network's output implies, shaped like the latents
     */
    record Transition(Operand<TFloat32> mean, Operand<TFloat32> standardDeviation, Operand<TFloat32> predictedClean) {}
}
