package org.tempera.record.metrics;

/** Names of signs of over-optimisation that are no statistics of a picture. */
public final class SignNames {
    /** How steep the training reward is at a picture. */
    public static final String STEEPNESS = "steepness";

    private SignNames() {}
}
