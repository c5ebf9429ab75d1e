package org.tempera.clipscore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.UserException;
import org.tempera.testkit.RewardContract;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The reward on an open_clip checkpoint. */
public class OpenClipScoreTest extends RewardContract<ClipScoreConfig> {
    /** Made by {@code src/test/python/make_open_clip_fixture.py}. */
    private static final Path FIXTURE = Path.of("src/test/resources/open-clip");

    private static final Path CHECKPOINT = FIXTURE.resolve("open_clip_model.safetensors");
    private static final List<String> PROMPTS =
            List.of("a cat", "A DOG in &lt;the&gt; sun, with more words than the model has tokens for", "");

    @Override
    protected Class<ClipScoreProvider> providerType() {
        return ClipScoreProvider.class;
    }

    @Override
    protected ClipScoreConfig config() {
        return new ClipScoreConfig(CHECKPOINT, Optional.empty(), Optional.of(FIXTURE), 2.5);
    }

    @DataProvider
    public Object[][] shapes() {
        return new Object[][] {{"square"}, {"wide"}, {"tall"}, {"small"}};
    }

    @Test(dataProvider = "shapes")
    public void scoresAreThoseOfOpenClip(String shape) {
        try (SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("expected.safetensors"))) {
            float[] cosines = file.readFloats(shape + ".cosine");
            float[] got = score(create(), file.readTensor(shape), PROMPTS);
            for (int i = 0; i < cosines.length; i++) {
                assertThat(got[i]).isCloseTo(2.5f * Math.max(cosines[i], 0), within(5e-5f));
            }
        }
    }

    @Test
    public void refusesAVocabularyThatTheModelDoesNotKnow() {
        assertThatThrownBy(() -> new ClipScoreProvider()
                        .create(new ClipScoreConfig(CHECKPOINT, Optional.empty(), Optional.empty(), 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("CLIP's own tokenizer has 49408 tokens, but the text tower of");
    }

    @Test
    public void asksForTheArchitecture() {
        Path lonely = Path.of("src/test/python/make_open_clip_fixture.py");
        assertThatThrownBy(() -> new ClipScoreProvider()
                        .create(new ClipScoreConfig(lonely, Optional.empty(), Optional.empty(), 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("there is no open_clip_config.json beside it. Set architecture");
    }

    @Test
    public void refusesAnArchitectureForAFolder() {
        assertThatThrownBy(() -> new ClipScoreProvider()
                        .create(new ClipScoreConfig(FIXTURE, Optional.empty(), Optional.of(FIXTURE), 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("but this is a folder, which has its own");
    }
}
