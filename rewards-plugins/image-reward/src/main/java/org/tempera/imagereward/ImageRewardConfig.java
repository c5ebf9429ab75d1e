package org.tempera.imagereward;

import java.nio.file.Path;
import org.tempera.spi.Doc;

/** Keys of the reward {@code image-reward}. */
public record ImageRewardConfig(
        @Doc("The published checkpoint: ImageReward.pt.") Path checkpoint,
        @Doc("The JSON of its text encoder that is published beside it: med_config.json.") Path medConfig,
        @Doc("vocab.txt of bert-base-uncased.") Path vocabulary) {}
