package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.diffusers.training.AdapterConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.Required;

/**
 * What the policy is and which of its weights are trained.
 *
 * @param weights folder of a model in the layout of the diffusers library
 * @param height rows of an image; the model's own where absent
 * @param width columns of an image; the model's own where absent
 * @param timesteps where steps start; those of the model's scheduler where absent
 * @param preview folder of an autoencoder that decodes what critics see; the model's own where absent
 * @param adapter what is trained
 * @param gradientCheckpointing whether layers are computed again for a gradient
 */
public record StableDiffusionConfig(
        @Doc(
                        value = "Folder of a Stable Diffusion 1 or 2 model in the layout of the diffusers library.",
                        example = "models/sd-v1-5")
                @Required
                Path weights,
        @Doc(
                        "Rows of an image in pixels, a multiple of 8 (of the autoencoder's factor). Default: the model's own size.")
                Optional<Integer> height,
        @Doc(
                        "Columns of an image in pixels, a multiple of 8 (of the autoencoder's factor). Default: the model's own size.")
                Optional<Integer> width,
        @Doc(
                        value =
                                "Training timesteps that the steps of a picture start from, falling, such as [999, 759, 499, 259];"
                                        + " sampling.steps is how many. Default: those that the model's scheduler picks.",
                        onlyIfGiven = true)
                Optional<List<Integer>> timesteps,
        @Doc(
                        value =
                                "Folder of a small autoencoder, such as TAESD's (AutoencoderTiny), that decodes latents for who looks at"
                                        + " those of every step. Default: the model's own, which decodes in any case what is kept and"
                                        + " rewarded.",
                        measures = false)
                Optional<Path> preview,
        @Doc("What is trained.") AdapterConfig adapter,
        @Doc(
                        value =
                                "Keep no intermediate results of the denoiser's layers for an update's gradient, and compute each layer"
                                        + " again when the gradient reaches it: an update takes longer and much less memory. The same weights"
                                        + " draw the same, and gradients are the same but for the order of sums (1e-5 of the"
                                        + " largest number), so that from the first update on it is another run.",
                        measures = false)
                boolean gradientCheckpointing) {
    /** One that keeps intermediate results. */
    public StableDiffusionConfig(
            Path weights,
            Optional<Integer> height,
            Optional<Integer> width,
            Optional<List<Integer>> timesteps,
            Optional<Path> preview,
            AdapterConfig adapter) {
        this(weights, height, width, timesteps, preview, adapter, false);
    }

    /**
     * What it comes to: sizes and alpha written out, names of layers sorted, and what full training or a given adapter
     * makes mean nothing at its default.
     */
    StableDiffusionConfig resolved() {
        Optional<ModelFolder.Size> own = ModelFolder.ownSize(weights);
        return new StableDiffusionConfig(
                weights,
                height.or(() -> own.map(ModelFolder.Size::height)),
                width.or(() -> own.map(ModelFolder.Size::width)),
                timesteps,
                preview,
                adapter.resolved(),
                gradientCheckpointing);
    }

    public StableDiffusionConfig {
        height.ifPresent(h -> Require.that(h >= 1, "height", "positive", h));
        width.ifPresent(w -> Require.that(w >= 1, "width", "positive", w));
        timesteps = timesteps.map(List::copyOf);
        timesteps.ifPresent(t -> Require.that(
                isFalling(t) && t.get(t.size() - 1) >= 0, "timesteps", "one or more numbers from 0 on, falling", t));
    }

    private static boolean isFalling(List<Integer> timesteps) {
        return !timesteps.isEmpty()
                && IntStream.range(1, timesteps.size()).allMatch(i -> timesteps.get(i) < timesteps.get(i - 1));
    }
}
