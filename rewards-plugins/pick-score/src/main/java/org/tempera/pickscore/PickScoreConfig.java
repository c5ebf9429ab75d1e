package org.tempera.pickscore;

import java.nio.file.Path;
import org.tempera.spi.Doc;

/** Keys of the reward {@code pick-score}. */
public record PickScoreConfig(
        @Doc(
                        value = "Folder of PickScore, a CLIP ViT-H/14 with its tokenizer, as transformers writes it.",
                        example = "models/pickscore-v1")
                Path clip,
        @Doc("What the score is divided by; positive. Flow-GRPO divides by 26, so that scores lie near 1.")
                double divisor) {
    public PickScoreConfig {
        if (!(divisor > 0) || Double.isInfinite(divisor)) {
            throw new IllegalArgumentException("divisor must be positive, was " + divisor);
        }
    }
}
