package org.tempera.spi.algorithm;

import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** What a loss is built from: columns of the rollout and its targets, and the networks evaluated at the micro-batch. */
public interface UpdateScope {
    GraphScope graph();

    /** How many (sample, timestep) pairs a micro-batch has. */
    int batchSize();

    /** How many numbers a latent holds, over which {@link #logProb} is summed. */
    int latentSize();

    /**
     * A column that {@link Algorithm#prepare} gives or the rollout holds (see {@link Rollout}), {@code [batch]}.
     *
     * @throws IllegalStateException at the first update, if nobody gives it
     */
    Operand<TFloat32> column(String name);

    /** Log-probability in nats, summed over the latent, of the step that was taken, under the policy; with gradient. */
    Operand<TFloat32> logProb();

    /** Mean of the step under the policy, {@code [batch, height, width, channels]}; with gradient. */
    Operand<TFloat32> mean();

    /** Standard deviation of the step, {@code [batch, 1, 1, 1]}. */
    Operand<TFloat32> standardDeviation();

    /** Mean of the step under the reference policy; no gradient. Only where {@link Requirements#referencePolicy}. */
    Operand<TFloat32> referenceMean();

    /** The critic's value of the state that the step was taken from, {@code [batch]}; with gradient. */
    Operand<TFloat32> value();
}
