package org.tempera.diffusers.vae;

import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.ParameterSource;

/** Sizes of an autoencoder, of either of the classes that the diffusers library has for those of Stable Diffusion. */
public sealed interface AutoencoderConfig permits VaeConfig, TinyVaeConfig {
    /** Channels of latents. */
    int latentChannels();

    /** Rows and columns of an image for each of a latent's. */
    int factor();

    /** What the encoder's latents are multiplied with for the sampler. */
    double scale();

    /** What is taken from them before. */
    double shift();

    /** Declares every parameter that its files must hold, of both halves. */
    void declare(ParameterSource source);

    /** Whether a configuration names one of the classes. */
    static boolean isNamed(ModelConfig c) {
        return c.text(ModelConfig.CLASS, "").equals(VaeConfig.CLASS)
                || c.text(ModelConfig.CLASS, "").equals(TinyVaeConfig.CLASS);
    }

    /**
     * Reads the configuration of the class that it names, for a pipeline that takes no notice of a {@code
     * shift_factor}; of an AutoencoderKL where it names none. Problems are noted in {@code c}.
     */
    static AutoencoderConfig read(ModelConfig c) {
        return c.text(ModelConfig.CLASS, VaeConfig.CLASS).equals(TinyVaeConfig.CLASS)
                ? TinyVaeConfig.read(c)
                : VaeConfig.read(c);
    }
}
