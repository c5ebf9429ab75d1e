package org.tempera.pickscore;

import java.nio.file.Path;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.Required;

/** Keys of the reward {@code pick-score}. */
public record PickScoreConfig(
        @Doc(
                        value = "Folder of PickScore, a CLIP ViT-H/14 with its tokenizer, as transformers writes it.",
                        example = "models/pickscore-v1")
                @Required
                Path clip,
        @Doc("What the score is divided by; positive. Flow-GRPO divides by 26, so that scores lie near 1.")
                double divisor) {
    public PickScoreConfig {
        Require.that(divisor > 0 && Double.isFinite(divisor), "divisor", "positive", divisor);
    }
}
