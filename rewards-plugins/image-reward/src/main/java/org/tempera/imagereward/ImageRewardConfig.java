package org.tempera.imagereward;

import java.nio.file.Path;
import org.tempera.spi.Doc;
import org.tempera.spi.Required;

/** Keys of the reward {@code image-reward}. */
public record ImageRewardConfig(
        @Doc(value = "The published checkpoint: ImageReward.pt.", example = "models/image-reward/ImageReward.pt")
                @Required
                Path checkpoint,
        @Doc(
                        value = "The JSON of its text encoder that is published beside it: med_config.json.",
                        example = "models/image-reward/med_config.json")
                @Required
                Path medConfig,
        @Doc(
                        value = "vocab.txt or tokenizer.json of bert-base-uncased, or a folder that has one of them.",
                        example = "models/bert-base-uncased/vocab.txt")
                @Required
                Path vocabulary) {}
