package org.tempera.humanpreference;

import java.nio.file.Path;
import org.tempera.spi.Doc;
import org.tempera.spi.Required;

/** Keys of the reward {@code human-preference}. */
public record HumanPreferenceConfig(
        @Doc(
                        value = "Folder of the CLIP that the head was fitted on, as transformers writes it.",
                        example = "models/clip-vit-l-14")
                @Required
                Path clip,
        @Doc(
                        value = "The fitted head: safetensors with weight [1, width] and bias [1].",
                        example = "models/preference-head.safetensors")
                @Required
                Path head) {}
