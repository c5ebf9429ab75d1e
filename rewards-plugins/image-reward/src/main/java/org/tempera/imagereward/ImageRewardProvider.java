package org.tempera.imagereward;

import java.nio.file.Path;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** The plugin {@code image-reward}. */
public final class ImageRewardProvider implements RewardProvider<ImageRewardConfig> {
    @Override
    public String name() {
        return "image-reward";
    }

    @Override
    public String description() {
        return "ImageReward 1.0: how people would rate the image for its prompt, in standard deviations from the mean";
    }

    @Override
    public Class<ImageRewardConfig> configType() {
        return ImageRewardConfig.class;
    }

    @Override
    public ImageRewardConfig defaults() {
        return new ImageRewardConfig(Path.of(""), Path.of(""), Path.of(""));
    }

    @Override
    public Reward create(ImageRewardConfig config) {
        return new ImageReward(config);
    }
}
