package org.tempera.core.config;

/** How much each held-out reward counts in the held-out score. */
public enum HeldOutWeights {
    /** As much as every other. */
    EQUAL,
    /** The more, the more independent it is of the training reward. */
    INDEPENDENCE
}
