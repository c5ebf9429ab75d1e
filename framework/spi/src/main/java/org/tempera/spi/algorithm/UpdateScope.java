package org.tempera.spi.algorithm;

import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a loss is built from: columns of the rollout and its targets, and views of the networks at the micro-batch. A view is
 * built, and its inputs are fed, only if it is asked for; asked for again, it is the same.
 */
public interface UpdateScope {
    GraphScope graph();

    /** How many (sample, timestep) pairs a micro-batch has. */
    int batchSize();

    /** How many numbers a latent holds, over which {@link Step#logProb} is summed. */
    int latentSize();

    /**
     * A column that {@link Algorithm#prepare} gives, {@code [batch]}, or the rollout holds ({@link Algorithm#columns}), {@code
     * [batch, ...]}.
     *
     * @throws IllegalStateException at the first update, if nobody gives it
     */
    Operand<TFloat32> column(String name);

    /** The denoising steps that were taken. */
    Step step();

    /** The critic's value of the states that the steps were taken from, {@code [batch]}; with gradient. */
    Operand<TFloat32> value();

    /** Denoising steps of the rollout, evaluated again under the present weights. */
    interface Step {
        /** Log-probability in nats, summed over the latent, of the step that was taken, {@code [batch]}; with gradient. */
        Operand<TFloat32> logProb();

        /** Mean of the step under the policy, {@code [batch, height, width, channels]}; with gradient. */
        Operand<TFloat32> mean();

        /** Standard deviation of the step, {@code [batch, 1, 1, 1]}. */
        Operand<TFloat32> standardDeviation();

        /** Mean of the step under the reference policy; no gradient. Costs a pass through the network in every update. */
        Operand<TFloat32> referenceMean();
    }
}
