package org.tempera.diffusers.vae;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * An autoencoder in the graph, between images in [0,1] and latents in the sampler's scale. The encoder is declared
 * when it is first asked for, since most runs only decode.
 */
public final class Autoencoder {
    private final AutoencoderConfig config;
    private final ParameterSource parameters;
    private final Path folder;
    private final LatentDecoder decoder;
    private @Nullable ImageEncoder encoder;

    /**
     * Declares the decoder.
     *
     * @param folder the model's, for messages
     */
    public Autoencoder(ParameterSource parameters, AutoencoderConfig config, Path folder) {
        this.config = config;
        this.parameters = parameters;
        this.folder = folder;
        this.decoder = config instanceof TinyVaeConfig tiny
                ? new TinyDecoder(parameters, tiny)
                : new VaeDecoder(parameters, (VaeConfig) config);
    }

    /** Images {@code [batch, height, width, 3]}, clamped to [0,1], of latents in the sampler's scale. */
    public Operand<TFloat32> decode(GraphScope scope, Operand<TFloat32> latents) {
        Ops tf = scope.tf();
        Forward f = new Forward(scope);
        Operand<TFloat32> x = f.scale(latents, 1 / config.scale());
        if (config.shift() != 0) {
            x = tf.math.add(x, tf.constant((float) config.shift()));
        }
        Operand<TFloat32> unit = tf.math.add(f.scale(decodeRaw(scope, x), 0.5), tf.constant(0.5f));
        return tf.math.minimum(tf.math.maximum(unit, tf.constant(0f)), tf.constant(1f));
    }

    /** Images in about [-1,1], not clamped, of latents without the sampler's scale and shift. */
    public Operand<TFloat32> decodeRaw(GraphScope scope, Operand<TFloat32> latents) {
        if (latents.shape().get(3) != config.latentChannels()) {
            throw new UserException(folder + ": its decoder takes " + config.latentChannels()
                    + " channels, but is given " + latents.shape().get(3) + ".");
        }
        return decoder.apply(new Forward(scope), latents);
    }

    /** Latents in the sampler's scale of images in [0,1]: the mean, not a draw. */
    public Operand<TFloat32> encode(GraphScope scope, Operand<TFloat32> images) {
        Ops tf = scope.tf();
        Forward f = new Forward(scope);
        Operand<TFloat32> mean = encodeRaw(scope, tf.math.sub(f.scale(images, 2), tf.constant(1f)))
                .mean();
        if (config.shift() != 0) {
            mean = tf.math.sub(mean, tf.constant((float) config.shift()));
        }
        return f.scale(mean, config.scale());
    }

    /** The latents, without the sampler's scale and shift, of images in [-1,1]. */
    public ImageEncoder.Encoded encodeRaw(GraphScope scope, Operand<TFloat32> images) {
        ImageEncoder e = encoder;
        if (e == null) {
            e = config instanceof TinyVaeConfig tiny
                    ? new TinyEncoder(parameters, tiny)
                    : new VaeEncoder(parameters, (VaeConfig) config);
            encoder = e;
        }
        return e.apply(new Forward(scope), images);
    }
}
