package org.tempera.clipscore;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.Required;

/** Keys of the reward {@code clip-score}. */
public record ClipScoreConfig(
        @Doc(
                        value =
                                "Folder of a CLIP with its tokenizer, as transformers writes it, or an open_clip checkpoint"
                                        + " (.pt, .bin or .safetensors).",
                        example = "models/clip-vit-l-14")
                @Required
                Path clip,
        @Doc(
                        "For a checkpoint: open_clip's JSON of the model; open_clip_config.json beside the checkpoint if left out.")
                Optional<Path> architecture,
        @Doc("For a checkpoint: folder with vocab.json and merges.txt; CLIP's own vocabulary if left out.")
                Optional<Path> tokenizer,
        @Doc("What the cosine is multiplied with; positive.") double scale) {
    public ClipScoreConfig {
        Require.that(scale > 0 && Double.isFinite(scale), "scale", "positive", scale);
    }

    /** A transformers folder. */
    public ClipScoreConfig(Path clip, double scale) {
        this(clip, Optional.empty(), Optional.empty(), scale);
    }
}
