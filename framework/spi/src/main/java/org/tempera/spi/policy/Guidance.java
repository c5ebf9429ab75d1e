package org.tempera.spi.policy;

/** How a policy's network is steered toward its prompt. */
public enum Guidance {
    /**
     * Classifier-free (Ho and Salimans 2022): the network runs on the negative prompt too, in one batch with the
     * prompt, and the scale says how far its output is moved away from there. A scale of at most {@link #OFF} is none.
     */
    CLASSIFIER_FREE,
    /** The scale is an input of the network, {@link Conditioning#GUIDANCE_SCALE}; there is no negative prompt. */
    EMBEDDED,
    /** None: there is neither a scale nor a negative prompt. */
    NONE;

    /** The scale at which classifier-free guidance gives the network's output on the prompt alone. */
    public static final double OFF = 1;

    /** Whether the network runs on the negative prompt too. */
    public boolean runsTwice(double scale) {
        return this == CLASSIFIER_FREE && scale > OFF;
    }
}
