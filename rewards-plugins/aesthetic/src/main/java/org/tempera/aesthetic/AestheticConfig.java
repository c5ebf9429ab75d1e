package org.tempera.aesthetic;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Required;

/** Keys of the reward {@code aesthetic}. */
public record AestheticConfig(
        @Doc(
                        value = "Folder of the CLIP whose image embeddings are scored, as transformers writes it; the"
                                + " published head reads those of ViT-L/14.",
                        example = "models/clip-vit-l-14")
                @Required
                Path clip,
        @Doc("The head's file (.pth or .safetensors); without it, the published one that comes with the plugin.")
                Optional<Path> head) {}
