package org.tempera.spi.algorithm;

/** What a copy that follows the policy counts. */
public enum FollowUnit {
    /** Epochs. */
    EPOCHS,
    /** Optimiser steps of the policy. */
    UPDATES
}
