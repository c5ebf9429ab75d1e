package org.tempera.nn.blip;

import java.nio.file.Path;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Activation;

/**
 * Sizes of BLIP's text encoder, a BERT whose layers also attend to an image.
 *
 * @param vocabularySize rows of the table of words
 * @param width numbers of a state
 * @param innerWidth numbers between the two maps of a feed-forward
 * @param layers how many
 * @param heads attention heads, which divide the width
 * @param maxPositions tokens of a text at most
 * @param activation of the feed-forward
 * @param normEpsilon of the layer norms
 */
public record MedConfig(
        int vocabularySize,
        int width,
        int innerWidth,
        int layers,
        int heads,
        int maxPositions,
        Activation activation,
        double normEpsilon) {
    /**
     * Reads {@code med_config.json}; missing keys have BERT's defaults.
     *
     * @throws org.tempera.spi.UserException if it is no such file, or asks for what is not there
     */
    public static MedConfig read(Path file) {
        ModelConfig c = ModelConfig.read(file);
        String activation = c.text("hidden_act", "gelu");
        int width = c.positive("hidden_size", 768, ModelConfig.MOST_WIDTH);
        int heads = c.positive("num_attention_heads", 12, ModelConfig.MOST_WIDTH);
        if (width % heads != 0) {
            c.problem("num_attention_heads", "expected a divisor of hidden_size " + width + ", found " + heads);
        }
        if (!c.flag("add_cross_attention", false)) {
            c.problem("add_cross_attention", "expected true: this is no text encoder that looks at images");
        }
        c.unsupported(
                "position_embedding_type",
                !c.text("position_embedding_type", "absolute").equals("absolute"));
        c.unsupported("hidden_act", Activation.named(activation).isEmpty());
        MedConfig config = new MedConfig(
                c.positive("vocab_size", 30522, ModelConfig.MOST_ENTRIES),
                width,
                c.positive("intermediate_size", 3072, ModelConfig.MOST_WIDTH),
                c.positive("num_hidden_layers", 12, ModelConfig.MOST_LAYERS),
                heads,
                c.positive("max_position_embeddings", 512, ModelConfig.MOST_POSITIONS),
                Activation.named(activation).orElse(Activation.GELU),
                c.epsilon("layer_norm_eps", 1e-12));
        c.finish();
        return config;
    }
}
