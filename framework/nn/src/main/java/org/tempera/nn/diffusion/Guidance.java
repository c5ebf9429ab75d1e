package org.tempera.nn.diffusion;

/** The scale of classifier-free guidance: at 1 the negative prompt has no weight, and the network is not run on it. */
public final class Guidance {
    /** The scale that stands for none. */
    public static final double OFF = 1;

    private Guidance() {}

    /** Whether the network is run on the negative prompt too; a scale of less than 1 is none as well. */
    public static boolean isOn(double scale) {
        return scale > OFF;
    }
}
