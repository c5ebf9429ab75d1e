package org.tempera.algorithms.critic;

/** What a critic sees of a denoising state. */
public enum FeatureKind {
    /**
     * The noisy latent, decoded and embedded by an image encoder: the published critic; a decode and an encoding a
     * step.
     */
    DECODED_LATENT,
    /**
     * The clean latent that the policy predicts, decoded and embedded: the same cost, and a picture from the first step
     * on.
     */
    PREDICTED_CLEAN,
    /** Both latents pooled over a grid, without decode and encoder: nearly free. */
    POOLED_LATENT;

    boolean encoded() {
        return this != POOLED_LATENT;
    }
}
