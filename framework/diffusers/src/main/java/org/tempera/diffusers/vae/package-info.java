/** The autoencoder between images and latents: diffusers' AutoencoderKL. */
@NullMarked
package org.tempera.diffusers.vae;

import org.jspecify.annotations.NullMarked;
