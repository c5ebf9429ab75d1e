package org.tempera.clipscore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.spi.UserException;
import org.tempera.testkit.RewardContract;
import org.tempera.testkit.TinyClip;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class ClipScoreRewardTest extends RewardContract<ClipScoreConfig> {
    private Path clip;

    @BeforeClass
    public void writeModel() throws IOException {
        clip = TinyClip.write(Files.createTempDirectory("clip-score"), 6);
    }

    @Override
    protected Class<ClipScoreProvider> providerType() {
        return ClipScoreProvider.class;
    }

    @Override
    protected ClipScoreConfig config() {
        return new ClipScoreConfig(clip, 2.5);
    }

    @Test
    public void scoreIsTheScaledCosineAndNeverNegative() {
        float[] one = score(new ClipScoreProvider().create(new ClipScoreConfig(clip, 1)), images(3), prompts());
        float[] two = score(new ClipScoreProvider().create(new ClipScoreConfig(clip, 2)), images(3), prompts());
        for (int i = 0; i < 3; i++) {
            assertThat(one[i]).isBetween(0f, 1f);
            assertThat(two[i]).isEqualTo(2 * one[i]);
        }
    }

    @Test
    public void scoreDependsOnThePrompt() {
        float[] cats = score(create(), images(3), List.of("a cat", "a cat", "a cat"));
        float[] dogs = score(create(), images(3), List.of("two horses", "two horses", "two horses"));
        assertThat(cats).isNotEqualTo(dogs);
    }

    @Test
    public void refusesAFolderWithoutTokenizer() throws IOException {
        Path bare = TinyClip.write(Files.createTempDirectory("bare"), 6);
        Files.delete(bare.resolve("vocab.json"));
        assertThatThrownBy(() -> new ClipScoreProvider().create(new ClipScoreConfig(bare, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("vocab.json");
    }

    @Test
    public void refusesAnotherArchitecture() throws IOException {
        Path other = TinyClip.write(Files.createTempDirectory("other"), 6);
        Files.writeString(other.resolve("config.json"), "{\"model_type\": \"siglip\"}");
        assertThatThrownBy(() -> new ClipScoreProvider().create(new ClipScoreConfig(other, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("found \"siglip\"");
    }

    @Test
    public void refusesAScaleThatIsNotPositive() {
        assertThatThrownBy(() -> new ClipScoreConfig(clip, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scale must be positive, was 0.0");
    }
}
