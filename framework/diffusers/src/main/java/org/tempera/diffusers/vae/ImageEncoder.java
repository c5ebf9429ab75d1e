package org.tempera.diffusers.vae;

import java.util.Optional;
import org.tempera.nn.layers.Forward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Images to latents. */
public interface ImageEncoder {
    /** What becomes of images {@code [batch, height, width, channels]} in [-1,1]. */
    Encoded apply(Forward f, Operand<TFloat32> images);

    /**
     * The latents of images, before scale and shift.
     *
     * @param mean {@code [batch, height / factor, width / factor, latentChannels]}
     * @param logVariance of the Gaussian whose mean that is, of the same shape, clamped to [-30, 20]; empty where the
     *     encoder gives one latent
     */
    record Encoded(Operand<TFloat32> mean, Optional<Operand<TFloat32>> logVariance) {}
}
