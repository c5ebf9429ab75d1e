package org.tempera.clipscore;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** The plugin {@code clip-score}. */
public final class ClipScoreProvider implements RewardProvider<ClipScoreConfig> {
    /** Hessel et al. (2021), section 3. */
    private static final double PUBLISHED_SCALE = 2.5;

    @Override
    public String name() {
        return "clip-score";
    }

    @Override
    public String description() {
        return "CLIPScore: how well an image fits its prompt, scale * max(cos, 0) of CLIP's embeddings";
    }

    @Override
    public Class<ClipScoreConfig> configType() {
        return ClipScoreConfig.class;
    }

    @Override
    public ClipScoreConfig defaults() {
        return new ClipScoreConfig(Path.of(""), PUBLISHED_SCALE);
    }

    @Override
    public ClipScoreConfig resolved(ClipScoreConfig config) {
        return Files.isRegularFile(config.clip())
                ? new ClipScoreConfig(
                        config.clip(),
                        Optional.of(ClipScoreReward.architecture(config)),
                        config.tokenizer(),
                        config.scale())
                : config;
    }

    @Override
    public Reward create(ClipScoreConfig config) {
        return new ClipScoreReward(config);
    }
}
