package org.tempera.clipscore;

import java.nio.file.Path;
import org.tempera.spi.Doc;

/** Keys of the reward {@code clip-score}. */
public record ClipScoreConfig(
        @Doc("Folder of a CLIP with its tokenizer, as transformers writes it.") Path clip,
        @Doc("What the cosine is multiplied with; positive.") double scale) {
    public ClipScoreConfig {
        if (!(scale > 0) || Double.isInfinite(scale)) {
            throw new IllegalArgumentException("scale must be positive, was " + scale);
        }
    }
}
