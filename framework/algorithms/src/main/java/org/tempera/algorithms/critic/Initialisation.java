package org.tempera.algorithms.critic;

import org.tempera.algorithms.tdpo.NeuronReset;

/** How a critic's weights are drawn; biases are zero. */
public enum Initialisation {
    /** N(0, gain / fan-in): keeps the scale of activations and gradients from layer to layer (He et al. 2015). */
    SCALED {
        @Override
        double deviation(int featureWidth, int in, double gain) {
            return Math.sqrt(gain / in);
        }
    },
    /** The published code: deviation 1 / (features + 1) in every layer, so that gradients all but vanish at first. */
    REFERENCE {
        @Override
        double deviation(int featureWidth, int in, double gain) {
            return NeuronReset.referenceDeviation(featureWidth);
        }
    };

    /**
     * Standard deviation of a layer's weights.
     *
     * @param featureWidth numbers in a row of features
     * @param in the layer's inputs
     * @param gain variance times fan-in that keeps the scale, see {@link Nonlinearity#gain}
     */
    abstract double deviation(int featureWidth, int in, double gain);
}
