package org.tempera.spi.policy;

/** Which weights a prediction uses. */
public enum Weights {
    /** The policy that is trained. */
    POLICY,
    /** The reference policy: the weights before training, the same variables with the adapters off. */
    REFERENCE
}
