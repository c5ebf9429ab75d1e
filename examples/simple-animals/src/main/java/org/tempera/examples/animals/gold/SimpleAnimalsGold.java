package org.tempera.examples.animals.gold;

import java.nio.file.Path;
import org.tempera.spi.evaluation.GoldProvider;
import org.tempera.spi.reward.Reward;

/** Finds the gold scorer of the simple animals. */
public final class SimpleAnimalsGold implements GoldProvider<GoldConfig> {
    @Override
    public String name() {
        return "simple-animals-gold";
    }

    @Override
    public String description() {
        return "True quality of painted animals: composition, harmony, light, cleanness, and the animal asked for.";
    }

    @Override
    public Class<GoldConfig> configType() {
        return GoldConfig.class;
    }

    @Override
    public GoldConfig defaults() {
        return new GoldConfig(Path.of("models", "gold.safetensors"));
    }

    @Override
    public Reward create(GoldConfig config) {
        return GoldReward.open(config.weights());
    }
}
