package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.diffusers.training.AdapterConfig;
import org.tempera.spi.Doc;

/**
 * What the policy is and which of its weights are trained.
 *
 * @param weights folder of a model in the layout of the diffusers library
 * @param height rows of an image; the model's own where absent
 * @param width columns of an image; the model's own where absent
 * @param adapter what is trained
 */
public record StableDiffusionConfig(
        @Doc(
                        value = "Folder of a Stable Diffusion 1 or 2 model in the layout of the diffusers library.",
                        example = "models/sd-v1-5")
                Path weights,
        @Doc(
                        "Rows of an image in pixels, a multiple of 8 (of the autoencoder's factor). Default: the model's own size.")
                Optional<Integer> height,
        @Doc(
                        "Columns of an image in pixels, a multiple of 8 (of the autoencoder's factor). Default: the model's own size.")
                Optional<Integer> width,
        @Doc("What is trained.") AdapterConfig adapter) {
    /**
     * What it comes to: sizes and alpha written out, names of layers sorted, and what full training or a given adapter makes mean
     * nothing at its default.
     */
    StableDiffusionConfig resolved() {
        Optional<ModelFolder.Size> own = ModelFolder.ownSize(weights);
        return new StableDiffusionConfig(
                weights,
                height.or(() -> own.map(ModelFolder.Size::height)),
                width.or(() -> own.map(ModelFolder.Size::width)),
                adapter.resolved());
    }

    public StableDiffusionConfig {
        positive("height", height);
        positive("width", width);
    }

    private static void positive(String name, Optional<Integer> value) {
        if (value.isPresent() && value.get() < 1) {
            throw new IllegalArgumentException(name + " must be positive, was " + value.get());
        }
    }
}
