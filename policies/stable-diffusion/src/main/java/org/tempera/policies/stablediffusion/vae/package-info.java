/** The autoencoder between images and latents: diffusers' AutoencoderKL. */
@NullMarked
package org.tempera.policies.stablediffusion.vae;

import org.jspecify.annotations.NullMarked;
