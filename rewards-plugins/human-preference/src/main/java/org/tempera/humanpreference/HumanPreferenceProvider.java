package org.tempera.humanpreference;

import java.nio.file.Path;
import org.tempera.nn.clip.EmbeddingHead;
import org.tempera.nn.clip.ImageHeadReward;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/**
 * The plugin {@code human-preference}: a score s with {@code P(a chosen over b) = 1 / (1 + exp(s_b - s_a))} (Bradley
 * and Terry, 1952).
 */
public final class HumanPreferenceProvider implements RewardProvider<HumanPreferenceConfig> {
    @Override
    public String name() {
        return "human-preference";
    }

    @Override
    public String description() {
        return "Bradley-Terry score on unit-norm CLIP image embeddings: a difference of scores is the log-odds of choice";
    }

    @Override
    public Class<HumanPreferenceConfig> configType() {
        return HumanPreferenceConfig.class;
    }

    @Override
    public HumanPreferenceConfig defaults() {
        return new HumanPreferenceConfig(Path.of(""), Path.of(""));
    }

    @Override
    public Reward create(HumanPreferenceConfig config) {
        return new ImageHeadReward(PretrainedClip.open(config.clip()), EmbeddingHead.read(config.head()));
    }
}
