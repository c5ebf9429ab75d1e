package org.tempera.aesthetic;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.nn.clip.EmbeddingHead;
import org.tempera.nn.clip.ImageHeadReward;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** The plugin {@code aesthetic}. */
public final class AestheticProvider implements RewardProvider<AestheticConfig> {
    @Override
    public String name() {
        return "aesthetic";
    }

    @Override
    public String description() {
        return "LAION aesthetic score: an affine head on unit-norm CLIP image embeddings, about 1 to 10";
    }

    @Override
    public Class<AestheticConfig> configType() {
        return AestheticConfig.class;
    }

    @Override
    public AestheticConfig defaults() {
        return new AestheticConfig(Path.of(""), Optional.empty());
    }

    @Override
    public Reward create(AestheticConfig config) {
        return new ImageHeadReward(
                PretrainedClip.open(config.clip()),
                config.head().map(EmbeddingHead::read).orElseGet(PublishedHead::read));
    }
}
