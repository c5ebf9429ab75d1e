package org.tempera.spi.algorithm;

import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A denoising step while it is sampled, in the graph: what a {@link RolloutColumn} is computed from. */
public interface SampledStep {
    GraphScope graph();

    /** The weights that draw: the policy's, or the behaviour weights where the run has these draw. */
    Weights weights();

    /** The latent that the step starts from, {@code [batch, height, width, channels]}. */
    Operand<TFloat32> latents();

    /** The latent that was drawn with the step's noise, of the same shape; columns of it are 0 without noise. */
    Operand<TFloat32> next();

    /** Mean of the step under these weights, of the same shape; other weights than the sampling ones cost a pass. */
    Operand<TFloat32> mean(Weights weights);

    /** Standard deviation of the step, {@code [batch, 1, 1, 1]}, above 0 where a column that reads it is computed. */
    Operand<TFloat32> standardDeviation();

    /** Log-probability of {@link #next} under these weights, in nats, summed over the latent, {@code [batch]}. */
    Operand<TFloat32> logProb(Weights weights);
}
