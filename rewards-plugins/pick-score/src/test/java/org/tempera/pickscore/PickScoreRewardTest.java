package org.tempera.pickscore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;
import org.tempera.spi.reward.Reward;
import org.tempera.testkit.RewardContract;
import org.tempera.testkit.TinyClip;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class PickScoreRewardTest extends RewardContract<PickScoreConfig> {
    private Path clip;

    @BeforeClass
    public void writeModel() throws IOException {
        clip = TinyClip.write(Files.createTempDirectory("pick-score"), 6);
    }

    @Override
    protected Class<PickScoreProvider> providerType() {
        return PickScoreProvider.class;
    }

    @Override
    protected PickScoreConfig config() {
        return new PickScoreConfig(clip, 1);
    }

    /**
     * The numbers of transformers, made by {@code src/test/python/make_pick_score_fixture.py} from the same weights.
     */
    @Test
    public void scoresAreThoseOfTransformers() {
        assertScores(create());
    }

    /** With what {@code src/test/python/save_clip_again.py} found that it writes in another form. */
    @Test
    public void aFolderThatTransformers5SavedAgainGivesTheSame() throws IOException {
        Path again = TinyClip.write(Files.createTempDirectory("pick-score"), 6);
        for (String old : List.of("vocab.json", "merges.txt", "special_tokens_map.json", "preprocessor_config.json")) {
            Files.delete(again.resolve(old));
        }
        for (String file : List.of("config.json", "processor_config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(
                    Path.of("src/test/resources/saved-again", file),
                    again.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        assertScores(new PickScoreProvider().create(new PickScoreConfig(again, 1)));
    }

    private void assertScores(Reward reward) {
        Path fixture = Path.of("src/test/resources/pick-score.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(fixture)) {
            float[] expected = file.readFloats("score");
            float[] images = file.readFloats("images");
            HostTensor batch = HostTensor.of(images, 3, 16, 16, 3);
            float[] got = score(reward, batch, List.of("a cat", "two horses in the sun", ""));
            for (int i = 0; i < 3; i++) {
                assertThat(got[i]).isCloseTo(expected[i], within(1e-4f * Math.abs(expected[i])));
            }
        }
    }

    @Test
    public void divisorDivides() {
        float[] one = score(create(), images(3), prompts());
        float[] less = score(new PickScoreProvider().create(new PickScoreConfig(clip, 26)), images(3), prompts());
        for (int i = 0; i < 3; i++) {
            assertThat(less[i]).isCloseTo(one[i] / 26, within(1e-6f));
        }
    }

    @Test
    public void refusesADivisorThatIsNotPositive() {
        assertThatThrownBy(() -> new PickScoreConfig(clip, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("divisor must be positive, was -1.0");
    }
}
