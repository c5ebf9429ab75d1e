package org.tempera.pickscore;

import java.nio.file.Path;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** The plugin {@code pick-score}. */
public final class PickScoreProvider implements RewardProvider<PickScoreConfig> {
    @Override
    public String name() {
        return "pick-score";
    }

    @Override
    public String description() {
        return "PickScore: how people would choose, exp(logit_scale) * cos of the embeddings of a tuned CLIP";
    }

    @Override
    public Class<PickScoreConfig> configType() {
        return PickScoreConfig.class;
    }

    @Override
    public PickScoreConfig defaults() {
        return new PickScoreConfig(Path.of(""), 1);
    }

    @Override
    public Reward create(PickScoreConfig config) {
        return new PickScoreReward(config);
    }
}
