package org.tempera.spi.policy;

/**
 * How pictures are drawn with a model unless told otherwise, as its own library does.
 *
 * @param steps denoising steps of a picture
 * @param eta stochasticity of the steps in [0,1]; 0 is deterministic
 * @param guidanceScale guidance scale
 */
public record Drawing(int steps, double eta, double guidanceScale) {
    /**
     * Fifty steps without noise, at a scale of 7.5; of 3.5 where the network is given the scale, as for FLUX.1.
     *
     * @param guidance how the network is steered
     */
    public static Drawing of(Guidance guidance) {
        return new Drawing(
                50,
                0,
                switch (guidance) {
                    case CLASSIFIER_FREE -> 7.5;
                    case EMBEDDED -> 3.5;
                    case NONE -> Guidance.OFF;
                });
    }
}
