package org.tempera.humanpreference;

import java.nio.file.Path;
import org.tempera.spi.Doc;

/** Keys of the reward {@code human-preference}. */
public record HumanPreferenceConfig(
        @Doc("Folder of the CLIP that the head was fitted on, as transformers writes it.") Path clip,
        @Doc("The fitted head: safetensors with weight [1, width] and bias [1].") Path head) {}
