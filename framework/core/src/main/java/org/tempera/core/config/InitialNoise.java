package org.tempera.core.config;

/** Which samples of an epoch begin alike. */
public enum InitialNoise {
    /** None: each begins from noise of its own. */
    OWN,
    /** Those that are drawn for one pick of a prompt begin from the same noise, and differ by that of their steps. */
    SHARED
}
