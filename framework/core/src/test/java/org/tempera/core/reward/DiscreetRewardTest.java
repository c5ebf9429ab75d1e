package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.CodeOrigin;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.StandIn;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.testng.annotations.Test;

public class DiscreetRewardTest {
    private static final String SECRET = "correct-horse";

    private static Secrets secrets() {
        Secrets secrets = new Secrets();
        secrets.add(SECRET);
        return secrets;
    }

    /** A plugin that fails in every way. */
    private static final class Broken implements HostReward {
        @Override
        public float[] score(List<Sample> samples) {
            throw new AssertionError("the key is " + SECRET);
        }

        @Override
        public Map<String, String> provenance() {
            throw new IllegalStateException("the key is " + SECRET);
        }
    }

    /** Whatever comes to stand before a reward next. */
    private record Next(HostReward reward) implements HostReward, StandIn {
        @Override
        public float[] score(List<Sample> samples) {
            return reward.score(samples);
        }

        @Override
        public Class<?> plugin() {
            return StandIn.pluginOf(reward);
        }
    }

    @Test
    public void errorsTellNothingEither() {
        Reward reward = DiscreetReward.of(new Broken(), secrets());
        RgbImage picture = RgbImage.of(1, 1, new byte[3]);
        try (OpenScorer scorer = new OpenScorer("broken", reward, ThreadSettings.forThisMachine())) {
            assertThatThrownBy(() -> scorer.score(picture, "a cat"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("the key is ***");
        }
        assertThatThrownBy(reward::provenance)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the key is ***");
    }

    @Test
    public void scorersOfAnyRewardTellNothing() {
        RgbImage picture = RgbImage.of(1, 1, new byte[3]);
        try (OpenScorer scorer =
                new OpenScorer("broken", new Broken(), ThreadSettings.forThisMachine(), Precision.FLOAT32, secrets())) {
            assertThatThrownBy(() -> scorer.score(picture, "a cat")).hasMessage("the key is ***");
        }
        PictureScorer pictures = new PictureScorer(
                "broken", new Broken(), ThreadSettings.forThisMachine(), Precision.FLOAT32, secrets());
        assertThatThrownBy(() -> pictures.score(List.of(new PictureScorer.Picture("p", picture, Optional.of("a cat")))))
                .hasMessage("the key is ***");
    }

    @Test
    public void thePluginIsBlamedThroughWhateverStandsBeforeIt() {
        HostReward none = samples -> new float[0];
        HostReward before = new DiscreetReward(new Next(new DiscreetReward(none, secrets())), secrets());
        assertThat(CodeOrigin.of(before)).isEqualTo(CodeOrigin.of(none));
        assertThatThrownBy(() -> new HostScorer("none", before, 0, new StopSignal())
                        .score(List.of(new HostReward.Sample("p", 1, 1, new byte[3], 0))))
                .isInstanceOf(PluginFault.class)
                .hasMessageContaining("DiscreetRewardTest in ");
    }
}
