package org.tempera.spi.algorithm;

import java.util.List;
import java.util.Optional;
import org.tempera.spi.HostTensor;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.Parameter;

/** What an algorithm may see and change after an epoch's updates. */
public interface EpochEnd {
    /** Epochs that are complete, this one included: 1 after the first. */
    int epoch();

    /** The run's seed. */
    long seed();

    /** The epoch's samples with their steps; read only. */
    Rollout rollout();

    /** The critic's neurons, where it has any that can be reset. */
    Optional<Neurons> criticNeurons();

    /** The hidden units of the policy's adapters, where it has any: one entry for each adapted layer. */
    List<Neurons> adapterNeurons();

    /**
     * Logs a number of this epoch, under a name of {@link org.tempera.spi.MetricNames} or one of the algorithm's own.
     */
    void metric(String name, double value);

    /**
     * Dense layers in a row, their activations and their parameters. Changes take effect when
     * {@link Algorithm#endOfEpoch} returns. Until then {@link #read} shows them, and {@link #hidden} gives activations
     * as they are without them.
     */
    interface Neurons {
        /** The layers from input to output. */
        List<DenseLayer> layers();

        /**
         * Outputs of each hidden layer for the first {@code rows} states of the rollout at {@code step}:
         * {@code [row][width]}.
         */
        List<float[][]> hidden(int rows, int step);

        /** A parameter's value, with the changes made so far. */
        HostTensor read(Parameter parameter);

        /** Changes a parameter's value; of the same shape. */
        void write(Parameter parameter, HostTensor value);

        /** Sets the optimiser's moments of {@code parameter} to zero where {@code mask} (row-major) is true. */
        void zeroMoments(Parameter parameter, boolean[] mask);
    }
}
