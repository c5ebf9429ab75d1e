package org.tempera.hpsv2;

import java.nio.file.Path;
import org.tempera.spi.Doc;

/** Keys of the reward {@code hps-v2}. */
public record HpsV2Config(
        @Doc("The published checkpoint: HPS_v2_compressed.pt or HPS_v2.1_compressed.pt.") Path checkpoint,
        @Doc("open_clip's JSON of the architecture: ViT-H-14.json.") Path architecture,
        @Doc("Folder with CLIP's vocab.json and merges.txt.") Path tokenizer) {}
