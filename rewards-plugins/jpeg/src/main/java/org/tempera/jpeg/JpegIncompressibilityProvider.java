package org.tempera.jpeg;

import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** The plugin {@code jpeg-incompressibility}. */
public final class JpegIncompressibilityProvider implements RewardProvider<JpegConfig> {
    @Override
    public String name() {
        return "jpeg-incompressibility";
    }

    @Override
    public String description() {
        return "The size of the image as a JPEG file, kB";
    }

    @Override
    public Class<JpegConfig> configType() {
        return JpegConfig.class;
    }

    @Override
    public JpegConfig defaults() {
        return JpegConfig.PUBLISHED;
    }

    @Override
    public Reward create(JpegConfig config) {
        return new JpegSizeReward(config, 1);
    }
}
