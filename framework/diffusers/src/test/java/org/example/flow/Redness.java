package org.example.flow;

import java.util.List;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** Rewards pictures that are redder than they are blue. */
public final class Redness implements RewardProvider<Redness.Config> {
    /** No keys. */
    public record Config() {}

    @Override
    public String name() {
        return "redness";
    }

    @Override
    public String description() {
        return "Mean of red less blue";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Config defaults() {
        return new Config();
    }

    @Override
    public Reward create(Config config) {
        return (HostReward) Redness::score;
    }

    private static float[] score(List<HostReward.Sample> samples) {
        float[] scores = new float[samples.size()];
        for (int i = 0; i < scores.length; i++) {
            byte[] rgb = samples.get(i).rgb();
            for (int p = 0; p < rgb.length; p += 3) {
                scores[i] += ((rgb[p] & 0xff) - (rgb[p + 2] & 0xff)) / (rgb.length / 3 * 255f);
            }
        }
        return scores;
    }
}
