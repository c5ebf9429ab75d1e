package org.tempera.spi.algorithm;

/**
 * What an algorithm needs from the rest of a run; checked against the config before anything is built.
 *
 * @param critic needs a critic, its features and values at every step
 * @param referencePolicy needs log-probabilities under the reference policy at every step
 * @param differentiableReward needs rewards with a gradient
 */
public record Requirements(boolean critic, boolean referencePolicy, boolean differentiableReward) {}
