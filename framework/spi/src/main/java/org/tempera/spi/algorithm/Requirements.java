package org.tempera.spi.algorithm;

/**
 * What an algorithm needs from the rest of a run; checked against the config before anything is built.
 *
 * @param critic needs a critic, its features and values at every step
 * @param referencePolicy needs log-probabilities under the reference policy at every step
 * @param differentiableReward needs rewards with a gradient
 * @param adapterNeurons needs the rank units of the policy's adapters after an epoch
 */
public record Requirements(
        boolean critic, boolean referencePolicy, boolean differentiableReward, boolean adapterNeurons) {
    /** Without adapters' units, as most algorithms. */
    public Requirements(boolean critic, boolean referencePolicy, boolean differentiableReward) {
        this(critic, referencePolicy, differentiableReward, false);
    }
}
