package org.tempera.hpsv2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.clip.OpenClipArchitecture;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tempera.testkit.RewardContract;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class HpsV2RewardTest extends RewardContract<HpsV2Config> {
    /** Made by {@code src/test/python/make_hps_v2_fixture.py}. */
    private static final Path FIXTURE = Path.of("src/test/resources/hps-v2");

    @Override
    protected Class<HpsV2Provider> providerType() {
        return HpsV2Provider.class;
    }

    @Override
    protected HpsV2Config config() {
        return config("tiny.pt", "architecture.json");
    }

    private static HpsV2Config config(String checkpoint, String architecture) {
        return new HpsV2Config(
                FIXTURE.resolve(checkpoint), Optional.of(FIXTURE.resolve(architecture)), Optional.of(FIXTURE));
    }

    @DataProvider
    public Object[][] shapes() {
        return new Object[][] {{"square"}, {"wide"}, {"tall"}};
    }

    @Test(dataProvider = "shapes")
    public void scoresAreThoseOfOpenClip(String shape) {
        assertScores(create(), shape);
    }

    /** Made by {@code save_open_clip_again.py} of {@code clip-score}. */
    @Test
    public void aTokenizerThatTransformers5SavedAgainGivesTheSame() {
        Path again = Path.of("src/test/resources/saved-again");
        HpsV2Config old = config();
        assertScores(
                new HpsV2Provider().create(new HpsV2Config(old.checkpoint(), old.architecture(), Optional.of(again))),
                "square");
    }

    private void assertScores(Reward reward, String shape) {
        try (SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("expected.safetensors"))) {
            float[] expected = file.readFloats(shape + ".score");
            float[] got = score(reward, file.readTensor(shape), List.of("a cat", "a dog in the sun", ""));
            for (int i = 0; i < expected.length; i++) {
                assertThat(got[i]).isCloseTo(expected[i], within(2e-5f));
            }
        }
    }

    @Test
    public void textsArePaddedWithZeros() {
        try (SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("expected.safetensors"))) {
            long[] ids = file.readLongs("ids");
            var clip = PretrainedClip.openClip(
                    config().checkpoint(),
                    OpenClipArchitecture.read(FIXTURE.resolve("architecture.json")),
                    Optional.of(FIXTURE));
            assertThat(clip.tokenizer().tokenize("a cat"))
                    .containsExactly(Arrays.stream(ids)
                            .limit(12)
                            .mapToInt(Math::toIntExact)
                            .toArray());
        }
    }

    @Test
    public void refusesAnArchitectureThatTheWeightsAreNotOf() {
        assertThat(create()).isInstanceOf(GraphReward.class);
        assertThatThrownBy(() -> new HpsV2Provider().create(config("tiny.pt", "other.json")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected [16, 3, 4, 4], found [16, 3, 8, 8]");
    }

    @Test
    public void refusesAMissingCheckpoint() {
        assertThatThrownBy(() -> new HpsV2Provider().create(config("none.pt", "architecture.json")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected an open_clip checkpoint");
    }

    @Test
    public void takesThePublishedArchitectureUnlessToldAnother() {
        HpsV2Config published = new HpsV2Config(FIXTURE.resolve("tiny.pt"), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> new HpsV2Provider().create(published))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("[1280, 3, 14, 14]");
    }
}
