package org.tempera.hpsv2;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Required;

/** Keys of the reward {@code hps-v2}. */
public record HpsV2Config(
        @Doc(
                        value = "The published checkpoint: HPS_v2_compressed.pt or HPS_v2.1_compressed.pt.",
                        example = "models/HPS_v2.1_compressed.pt")
                @Required
                Path checkpoint,
        @Doc("open_clip's JSON of the architecture; ViT-H-14 if left out, as published.") Optional<Path> architecture,
        @Doc("Folder with vocab.json and merges.txt; CLIP's own vocabulary if left out, as published.")
                Optional<Path> tokenizer) {}
