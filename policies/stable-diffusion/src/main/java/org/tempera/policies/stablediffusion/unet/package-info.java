/** The denoiser: diffusers' UNet2DConditionModel. */
@NullMarked
package org.tempera.policies.stablediffusion.unet;

import org.jspecify.annotations.NullMarked;
