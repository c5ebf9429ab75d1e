package org.tempera.nn.clip;

import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Activation;

/**
 * Sizes of a CLIP vision tower.
 *
 * @param imageSize rows and columns of the images
 * @param patchSize rows and columns of a patch
 * @param width width of the residual stream
 * @param innerWidth width inside the feed-forward block
 * @param layers how many layers
 * @param heads attention heads
 * @param activation nonlinearity of the feed-forward block
 * @param normEpsilon epsilon of the layer norms
 */
public record ClipVisionConfig(
        int imageSize,
        int patchSize,
        int width,
        int innerWidth,
        int layers,
        int heads,
        Activation activation,
        double normEpsilon) {
    public ClipVisionConfig {
        if (width % heads != 0) {
            throw new IllegalArgumentException("width must be a multiple of heads, were " + width + " and " + heads);
        }
        if (imageSize < patchSize) {
            throw new IllegalArgumentException(
                    "an image must hold at least one patch, sizes were " + imageSize + " and " + patchSize);
        }
    }

    /** Reads a transformers configuration; missing keys have that library's defaults. */
    public static ClipVisionConfig read(ModelConfig c) {
        int width = c.positive("hidden_size", 768, ModelConfig.MOST_WIDTH);
        int heads = c.positive("num_attention_heads", 12, ModelConfig.MOST_WIDTH);
        if (width % heads != 0) {
            c.problem("num_attention_heads", "expected a divisor of hidden_size " + width + ", found " + heads);
            heads = 1;
        }
        int image = c.positive("image_size", 224, ModelConfig.MOST_SIDE);
        int patch = c.positive("patch_size", 32, ModelConfig.MOST_SIDE);
        if (image < patch) {
            c.problem("patch_size", "expected at most image_size " + image + ", found " + patch);
            patch = image;
        }
        c.unsupported("num_channels", c.integer("num_channels", 3, 0, 1 << 16) != 3);
        return new ClipVisionConfig(
                image,
                patch,
                width,
                c.positive("intermediate_size", 3072, ModelConfig.MOST_WIDTH),
                c.positive("num_hidden_layers", 12, ModelConfig.MOST_LAYERS),
                heads,
                ClipTextConfig.readActivation(c, "quick_gelu"),
                c.epsilon("layer_norm_eps", 1e-5));
    }

    /** Patches in a row or column; what is left over at the right and below is not looked at. */
    public int grid() {
        return imageSize / patchSize;
    }
}
