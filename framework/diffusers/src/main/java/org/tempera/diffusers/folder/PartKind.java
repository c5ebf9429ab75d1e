package org.tempera.diffusers.folder;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.tempera.diffusers.vae.AutoencoderConfig;
import org.tempera.diffusers.vae.VaeNaming;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.clip.ClipTextModel;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.weights.WeightFiles;

/**
 * How a part of a pipeline is read.
 *
 * @param what what the part is, for messages
 * @param files name that its weight files begin with, one of {@link WeightFiles}'
 * @param naming how the files' names differ from the model's
 * @param config reads its {@code config.json}; notes problems there
 * @param declare declares every parameter that its files must hold
 * @param <C> its configuration
 */
public record PartKind<C>(
        String what,
        String files,
        TensorNaming naming,
        Function<ModelConfig, C> config,
        BiConsumer<ParameterSource, C> declare) {
    /** The configuration's file in the part's folder. */
    public static final String CONFIG = "config.json";

    /**
     * An autoencoder, with both of its halves.
     *
     * @param config {@link AutoencoderConfig#read}, or a reader that adds what its pipeline asks for
     */
    public static <C extends AutoencoderConfig> PartKind<C> autoencoder(Function<ModelConfig, C> config) {
        return new PartKind<>(
                "autoencoder",
                WeightFiles.DIFFUSERS,
                VaeNaming.naming(),
                config,
                (parameters, settings) -> settings.declare(parameters));
    }

    /** A CLIPTextModel, or the part of a CLIPTextModelWithProjection that comes before the projection. */
    public static PartKind<ClipTextConfig> clipText() {
        return new PartKind<>(
                "text encoder",
                WeightFiles.TRANSFORMERS,
                ClipTextNaming.naming(),
                ClipTextConfig::read,
                ClipTextModel::new);
    }
}
