package org.example.reward;

import java.util.List;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** Rewards pictures that keep to a few colours. */
public final class PaletteReward implements RewardProvider<PaletteReward.Config> {
    public enum Colour {
        BLACK(0, 0, 0), WHITE(255, 255, 255), RED(200, 30, 30), DARK_GREEN(20, 80, 40), DARK_BLUE(20, 40, 120);

        private final int[] rgb;

        Colour(int... rgb) { this.rgb = rgb; }
    }

    public record Config(
            @Doc("The colours, such as [dark-blue, white].") List<Colour> colours,
            @Doc("How far a pixel's channels may lie from one of them, 0 to 255.") int tolerance) {
        public Config {
            Require.that(!colours.isEmpty(), "colours", "one at least", colours);
            Require.that(tolerance >= 0 && tolerance <= 255, "tolerance", "0 to 255", tolerance);
        }
    }

    @Override public String name() { return "palette"; }
    @Override public String description() { return "Share of pixels near one of the given colours"; }
    @Override public Class<Config> configType() { return Config.class; }
    @Override public Config defaults() { return new Config(List.of(Colour.BLACK, Colour.WHITE), 40); }

    @Override public Reward create(Config config) {
        return HostReward.of(samples -> {
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                byte[] rgb = samples.get(i).rgb();
                int near = 0;
                for (int p = 0; p < rgb.length; p += 3) {
                    int pixel = p;
                    near += config.colours().stream().anyMatch(c -> near(c, rgb, pixel, config.tolerance())) ? 1 : 0;
                }
                scores[i] = near / (rgb.length / 3f);
            }
            return scores;
        });
    }

    private static boolean near(Colour colour, byte[] rgb, int pixel, int tolerance) {
        for (int channel = 0; channel < 3; channel++) {
            if (Math.abs((rgb[pixel + channel] & 0xff) - colour.rgb[channel]) > tolerance) {
                return false;
            }
        }
        return true;
    }
}
