package org.tempera.diffusers.vae;

/**
 * A policy's network with an {@link Autoencoder}, which {@code tempera verify} asks for what {@code decode} does
 * not show.
 */
public interface HasAutoencoder {
    /** What makes images of latents, and latents of images. */
    Autoencoder autoencoder();
}
