package org.tempera.hpsv2;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** The plugin {@code hps-v2}. */
public final class HpsV2Provider implements RewardProvider<HpsV2Config> {
    @Override
    public String name() {
        return "hps-v2";
    }

    @Override
    public String description() {
        return "Human Preference Score v2 and v2.1: the cosine of the embeddings of a tuned open_clip ViT-H/14";
    }

    @Override
    public Class<HpsV2Config> configType() {
        return HpsV2Config.class;
    }

    @Override
    public HpsV2Config defaults() {
        return new HpsV2Config(Path.of(""), Optional.empty(), Optional.empty());
    }

    @Override
    public Reward create(HpsV2Config config) {
        return new HpsV2Reward(config);
    }
}
