package org.tempera.core.config;

/** Where the window of stochastic steps is from epoch to epoch. */
public enum WindowMove {
    /** Where it begins, always. */
    FIXED,
    /** Somewhere in its range, drawn anew every so many epochs. */
    RANDOM,
    /** From the noisiest steps of its range to the cleanest, further on every so many epochs. */
    PROGRESSIVE
}
