package org.tempera.nn.clip;

import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Activation;

/**
 * Sizes of a CLIP text tower.
 *
 * @param vocabularySize entries of the token table
 * @param width width of the residual stream
 * @param innerWidth width inside the feed-forward block
 * @param layers how many layers
 * @param heads attention heads
 * @param maxPositions entries of the position table, the longest text
 * @param activation nonlinearity of the feed-forward block
 * @param normEpsilon epsilon of the layer norms
 * @param endToken id of the token whose state is the text's; 2 (an old default) means the largest id in the text
 */
public record ClipTextConfig(
        int vocabularySize,
        int width,
        int innerWidth,
        int layers,
        int heads,
        int maxPositions,
        Activation activation,
        double normEpsilon,
        int endToken) {
    public ClipTextConfig {
        if (width % heads != 0) {
            throw new IllegalArgumentException("width must be a multiple of heads, were " + width + " and " + heads);
        }
    }

    /**
     * Reads a transformers configuration; missing keys have that library's defaults. The configuration of a whole CLIP
     * is read from its {@code text_config}, as that library does.
     */
    public static ClipTextConfig read(ModelConfig c) {
        if (c.text("model_type", "").equals("clip") && c.present("text_config")) {
            return read(c.child("text_config"));
        }
        // What lies behind a prompt's end would be masked; diffusers' pipelines heed the key.
        c.unsupported("use_attention_mask", c.flag("use_attention_mask", false));
        int width = c.positive("hidden_size", 512, ModelConfig.MOST_WIDTH);
        int heads = c.positive("num_attention_heads", 8, ModelConfig.MOST_WIDTH);
        if (width % heads != 0) {
            c.problem("num_attention_heads", "expected a divisor of hidden_size " + width + ", found " + heads);
            heads = 1;
        }
        return new ClipTextConfig(
                c.positive("vocab_size", 49408, ModelConfig.MOST_ENTRIES),
                width,
                c.positive("intermediate_size", 2048, ModelConfig.MOST_WIDTH),
                c.positive("num_hidden_layers", 12, ModelConfig.MOST_LAYERS),
                heads,
                c.positive("max_position_embeddings", 77, ModelConfig.MOST_POSITIONS),
                readActivation(c, "quick_gelu"),
                c.epsilon("layer_norm_eps", 1e-5),
                c.integer("eos_token_id", 49407, 0, ModelConfig.MOST_ENTRIES));
    }

    static Activation readActivation(ModelConfig c, String missing) {
        String name = c.text("hidden_act", missing);
        return Activation.named(name).orElseGet(() -> {
            c.problem("hidden_act", "expected quick_gelu, gelu, silu or relu, found \"" + name + "\"");
            return Activation.QUICK_GELU;
        });
    }
}
