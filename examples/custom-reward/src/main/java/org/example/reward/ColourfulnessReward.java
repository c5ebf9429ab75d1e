package org.example.reward;

import java.util.List;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** Rewards colourful images; plain Java on pixels. */
public final class ColourfulnessReward implements RewardProvider<ColourfulnessReward.Config> {
    public record Config() {}

    @Override public String name() { return "colourfulness"; }
    @Override public String description() { return "Mean distance of the largest from the smallest channel"; }
    @Override public Class<Config> configType() { return Config.class; }
    @Override public Config defaults() { return new Config(); }
    @Override public Reward create(Config config) { return HostReward.of(ColourfulnessReward::score); }

    private static float[] score(List<HostReward.Sample> samples) {
        float[] scores = new float[samples.size()];
        for (int i = 0; i < scores.length; i++) {
            byte[] rgb = samples.get(i).rgb();
            long sum = 0;
            for (int p = 0; p < rgb.length; p += 3) {
                int r = rgb[p] & 0xff, g = rgb[p + 1] & 0xff, b = rgb[p + 2] & 0xff;
                sum += Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b));
            }
            scores[i] = sum / (rgb.length / 3 * 255f);
        }
        return scores;
    }
}
