package org.tempera.nn.clip;

import org.tempera.nn.config.ModelConfig;

/**
 * Sizes of a CLIP model.
 *
 * @param projection width of the space that both towers map into
 */
public record ClipConfig(ClipVisionConfig vision, ClipTextConfig text, int projection) {
    /** Reads a transformers {@code config.json}; missing keys have that library's defaults. */
    public static ClipConfig read(ModelConfig c) {
        return new ClipConfig(
                ClipVisionConfig.read(c.child("vision_config")),
                ClipTextConfig.read(c.child("text_config")),
                c.positive("projection_dim", 512, ModelConfig.MOST_WIDTH));
    }
}
