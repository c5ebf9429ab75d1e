package org.tempera.clipscore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.nn.clip.OpenClipArchitecture;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.Reward;
import org.tempera.testkit.RewardContract;
import org.tensorflow.ndarray.Shape;
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
        assertScores(create(), shape, "cosine");
    }

    /** Which is another configuration and tokenizer: see {@code src/test/python/save_open_clip_again.py}. */
    @Test
    public void aModelThatOpenClipSavedAgainGivesTheSame() {
        Path again = Path.of("src/test/resources/open-clip-again");
        Reward reward = new ClipScoreProvider()
                .create(new ClipScoreConfig(
                        CHECKPOINT, Optional.of(again.resolve(OpenClipArchitecture.FILE)), Optional.of(again), 2.5));
        assertScores(reward, "square", "cosine");
        assertScores(reward, "wide", "cosine");
    }

    /** As the ViT-H-14-378 of DFN wants it. */
    @Test(dataProvider = "shapes")
    public void squashesWhereTheConfigurationSaysSo(String shape) throws IOException {
        assertScores(create("\"resize_mode\": \"shortest\"", "\"resize_mode\": \"squash\""), shape, "squashed");
    }

    @Test(dataProvider = "shapes")
    public void resizesBilinearlyWhereTheConfigurationSaysSo(String shape) throws IOException {
        assertScores(create("\"bicubic\"", "\"bilinear\""), shape, "bilinear");
    }

    @DataProvider
    public Object[][] otherArchitectures() {
        return new Object[][] {
            {"\"layers\": 2", "\"pool_type\": \"avg\", \"layers\": 2", "vision_cfg.pool_type: \"avg\""},
            {"\"heads\": 2", "\"pool_type\": \"eos\", \"heads\": 2", "text_cfg.pool_type: \"eos\""},
            {"\"heads\": 2", "\"no_causal_mask\": true, \"heads\": 2", "text_cfg.no_causal_mask: true"},
            {"\"heads\": 2", "\"hf_tokenizer_name\": \"bert\", \"heads\": 2", "text_cfg.hf_tokenizer_name: \"bert\""},
            {"\"layers\": 2", "\"ls_init_value\": 1e-4, \"layers\": 2", "vision_cfg.ls_init_value: 1.0E-4"},
            {"\"embed_dim\": 6", "\"custom_text\": true, \"embed_dim\": 6", "custom_text: true"},
            {"\"layers\": 2", "\"norm_kwargs\": {\"eps\": 0.1}, \"layers\": 2", "vision_cfg.norm_kwargs: {\"eps\":0.1}"
            },
        };
    }

    @Test(dataProvider = "otherArchitectures")
    public void refusesWhatWouldGiveOtherNumbers(String found, String instead, String problem) {
        assertThatThrownBy(() -> create(found, instead))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(problem + " is not supported");
    }

    @Test
    public void passesOverWhatIsTurnedOff() throws IOException {
        String off = "\"no_ln_pre\": false, \"ls_init_value\": null, \"act_kwargs\": {}, \"timm_pool\": \"avg\", ";
        assertScores(create("\"image_size\"", off + "\"image_size\""), "square", "cosine");
    }

    /** Of the fixture with its first {@code found} replaced in its configuration. */
    private Reward create(String found, String instead) throws IOException {
        String json = Files.readString(FIXTURE.resolve(OpenClipArchitecture.FILE));
        assertThat(json).contains(found);
        Path changed = Files.createTempFile("open-clip", ".json");
        try {
            Files.writeString(changed, json.replaceFirst(Pattern.quote(found), Matcher.quoteReplacement(instead)));
            return new ClipScoreProvider()
                    .create(new ClipScoreConfig(CHECKPOINT, Optional.of(changed), Optional.of(FIXTURE), 2.5));
        } finally {
            Files.delete(changed);
        }
    }

    private void assertScores(Reward reward, String shape, String expected) {
        try (SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("expected.safetensors"))) {
            float[] cosines = file.readFloats(shape + "." + expected);
            float[] got = score(reward, file.readTensor(shape), PROMPTS);
            for (int i = 0; i < cosines.length; i++) {
                assertThat(got[i]).isCloseTo(2.5f * Math.max(cosines[i], 0), within(5e-5f));
            }
        }
    }

    @Test
    public void passesOverTheSizesInOpenAisArchivesAsOpenClipDoes() throws IOException {
        assertScores(
                with(Map.of("input_resolution", 16L, "context_length", 12L, "vocab_size", 550L)), "square", "cosine");
    }

    @Test
    public void refusesEveryOtherTensorByName() {
        assertThatThrownBy(() -> with(Map.of("logit_bias", 0L)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("1 surplus:\n    logit_bias [1]");
        assertThatThrownBy(() -> with(Map.of("transformer.resblocks.0.attn.in_proj_scale", 0L)))
                .hasMessageContaining("1 surplus:\n    transformer.resblocks.0.attn.in_proj_scale [1]");
        assertThatThrownBy(() -> with(Map.of("module.logit_scale", 3L)))
                .hasMessageContaining("tensors 'logit_scale' and 'module.logit_scale' are two spellings of one tensor");
        assertThatThrownBy(() -> with(Map.of("text_model.final_layer_norm.bias", 3L)))
                .hasMessageContaining("'ln_final.bias' and 'text_model.final_layer_norm.bias' are two spellings");
    }

    /** Of the fixture with more tensors. */
    private static Reward with(Map<String, Long> more) throws IOException {
        Path file = Files.createTempFile("open-clip", ".safetensors");
        try {
            SafetensorsWriter writer = new SafetensorsWriter();
            try (SafetensorsFile old = SafetensorsFile.open(CHECKPOINT)) {
                old.names().forEach(n -> writer.addFloats(n, old.info(n).shape(), old.readFloats(n)));
            }
            more.forEach((name, value) -> writer.addLongs(name, Shape.of(1), new long[] {value}));
            writer.write(file);
            return new ClipScoreProvider()
                    .create(new ClipScoreConfig(
                            file, Optional.of(FIXTURE.resolve(OpenClipArchitecture.FILE)), Optional.of(FIXTURE), 2.5));
        } finally {
            file.toFile().deleteOnExit();
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

    /** As a container makes one of a file that was to be mounted, and was not there. */
    @Test
    public void aFolderIsNoArchitecture() throws IOException {
        Path folder = Files.createTempDirectory("clip");
        Path checkpoint = Files.createFile(folder.resolve("open_clip.safetensors"));
        Path architecture = Files.createDirectory(folder.resolve("open_clip_config.json"));
        try {
            assertThatThrownBy(() -> new ClipScoreProvider()
                            .create(new ClipScoreConfig(checkpoint, Optional.empty(), Optional.empty(), 1)))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(architecture + ": expected a file, found a folder.");
        } finally {
            for (Path each : List.of(architecture, checkpoint, folder)) {
                Files.delete(each);
            }
        }
    }

    @Test
    public void refusesAnArchitectureForAFolder() {
        assertThatThrownBy(() -> new ClipScoreProvider()
                        .create(new ClipScoreConfig(FIXTURE, Optional.empty(), Optional.of(FIXTURE), 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("but this is a folder, which has its own");
    }
}
