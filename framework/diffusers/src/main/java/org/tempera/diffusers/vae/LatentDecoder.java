package org.tempera.diffusers.vae;

import org.tempera.nn.layers.Forward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Latents to images. */
interface LatentDecoder {
    /**
     * Images in about [-1,1], not clamped, of latents {@code [batch, h, w, latentChannels]} without scale and
     * shift.
     */
    Operand<TFloat32> apply(Forward f, Operand<TFloat32> latents);
}
