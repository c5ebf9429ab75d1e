package org.tempera.imagereward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.core.reward.GraphRewards;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.nn.weights.TensorSource;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.Reward;
import org.tempera.testkit.RewardContract;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ImageRewardTest extends RewardContract<ImageRewardConfig> {
    /** Made by {@code src/test/python/make_image_reward_fixture.py} with the authors' code. */
    private static final Path FIXTURE = Path.of("src/test/resources/image-reward");

    private static final List<String> PROMPTS =
            List.of("a cat", "Two dogs, in the sun!", "", "[PAD] a 猫 [ENC] photo " + "of a red cat ".repeat(12));

    record Feeds(HostTensor images, Map<String, int[]> tokens) {}

    record Fetches(HostTensor gradient) {}

    @Override
    protected Class<ImageRewardProvider> providerType() {
        return ImageRewardProvider.class;
    }

    @Override
    protected ImageRewardConfig config() {
        return config("tiny.pt", "med_config.json", "vocab.txt");
    }

    private static ImageRewardConfig config(String checkpoint, String medConfig, String vocabulary) {
        return new ImageRewardConfig(
                FIXTURE.resolve(checkpoint), FIXTURE.resolve(medConfig), FIXTURE.resolve(vocabulary));
    }

    private static HostTensor images(SafetensorsFile file, String name) {
        long[] levels = file.readLongs(name);
        float[] unit = new float[levels.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = levels[i] / 255f;
        }
        long[] s = file.info(name).shape().asArray();
        return HostTensor.of(unit, (int) s[0], (int) s[1], (int) s[2], (int) s[3]);
    }

    @DataProvider
    public Object[][] shapes() {
        return new Object[][] {{"square"}, {"wide"}, {"tall"}, {"large"}};
    }

    @Test(dataProvider = "shapes")
    public void scoresAreThoseOfTheAuthorsCode(String shape) {
        assertScores(create(), shape);
    }

    /** Made by {@code src/test/python/save_image_reward_again.py}. */
    @Test
    public void aVocabularyAndConfigurationThatTransformers5SavedAgainGiveTheSame() {
        Path again = Path.of("src/test/resources/saved-again");
        assertScores(
                new ImageRewardProvider()
                        .create(new ImageRewardConfig(FIXTURE.resolve("tiny.pt"), again.resolve("config.json"), again)),
                "square");
    }

    private void assertScores(Reward reward, String shape) {
        try (SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("expected.safetensors"))) {
            float[] expected = file.readFloats(shape + ".score");
            float[] got = score(reward, images(file, shape), PROMPTS);
            for (int i = 0; i < expected.length; i++) {
                assertThat(got[i]).as("image %d", i).isCloseTo(expected[i], within(5e-5f));
            }
        }
    }

    @Test
    public void theGradientIsThatOfTheAuthorsCode() {
        try (SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("expected.safetensors"));
                TrainingGraph graph = new TrainingGraph(0)) {
            HostTensor images = images(file, "square");
            Operand<TFloat32> source = graph.floatInput("images", images.shape());
            GraphRewards built = new GraphRewards(graph, "score", source, Map.of("reward", (ImageReward) create()));
            var tf = graph.scope().tf();
            Operand<TFloat32> sum =
                    tf.reduceSum(built.scores().values().iterator().next(), tf.constant(0));
            Program<Feeds, Fetches> program = Program.define("gradient", Feeds.class, Fetches.class)
                    .feed("images", source)
                    .feedMap("tokens", built.tokenInputs())
                    .fetch("gradient", graph.gradients(sum, List.of(source)).get(0))
                    .build();
            float[] expected = file.readFloats("square.grad");
            float largest = 0;
            for (float g : expected) {
                largest = Math.max(largest, Math.abs(g));
            }
            try (TrainingSession session = graph.seal(ThreadSettings.forThisMachine())) {
                float[] got = program.run(session, new Feeds(images, built.tokens(PROMPTS)))
                        .gradient()
                        .data();
                for (int i = 0; i < expected.length; i++) {
                    assertThat(got[i]).isCloseTo(expected[i], within(2e-5f * largest));
                }
            }
        }
    }

    @Test
    public void refusesAMissingCheckpoint() {
        assertThatThrownBy(() -> new ImageRewardProvider().create(config("none.pt", "med_config.json", "vocab.txt")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("none.pt: expected ImageReward's checkpoint (ImageReward.pt), found nothing");
    }

    @Test
    public void refusesTheWeightsOfAnotherModel() {
        assertThatThrownBy(() -> new ImageRewardProvider()
                        .create(config("expected.safetensors", "med_config.json", "vocab.txt")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected ImageReward's checkpoint, whose tensors are called"
                        + " blip.visual_encoder.*, blip.text_encoder.* and mlp.*, found tensors such as [ids, large");
    }

    /** The reference loads leniently; what it would leave out could be a part of another model. */
    @Test
    public void refusesEveryTensorThatIsNoPartOfTheScoreNorOfBlipsPretraining() throws IOException {
        Path file = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "more")
                .resolve("more.safetensors");
        for (String name : List.of(
                "blip.itm_head.weight",
                "blip.text_encoder.pooler.dense.weight",
                "blip.visual_encoder.pos_embed_2",
                "logit_scale",
                "mlp.layers.0.lora_A.weight",
                "optimizer.state.0.exp_avg")) {
            SafetensorsWriter writer = new SafetensorsWriter();
            try (TensorSource old = WeightFiles.open(FIXTURE.resolve("tiny.pt"), WeightFiles.TRANSFORMERS)) {
                old.names().stream()
                        .filter(n -> !n.endsWith("position_ids"))
                        .forEach(n -> writer.addFloats(n, old.info(n).shape(), old.readFloats(n)));
            }
            writer.addFloats(name, Shape.of(1), new float[1]).write(file);
            assertThatThrownBy(() -> new ImageRewardProvider()
                            .create(new ImageRewardConfig(
                                    file, FIXTURE.resolve("med_config.json"), FIXTURE.resolve("vocab.txt"))))
                    .hasMessageContaining("1 surplus:\n    " + name + " [1]");
        }
    }

    @Test
    public void refusesAConfigurationThatTheWeightsAreNotOf() throws IOException {
        assertThatThrownBy(() -> createWith("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"))
                .hasMessageContaining(
                        "26 surplus:\n    blip.text_encoder.encoder.layer.1.attention.output.LayerNorm.bias");
        assertThatThrownBy(() -> createWith("\"hidden_size\": 16", "\"hidden_size\": 32"))
                .hasMessageContaining("mlp.layers.0.weight: expected 32 columns, found [12, 16]");
        assertThatThrownBy(() -> createWith("\"add_cross_attention\": true", "\"add_cross_attention\": false"))
                .hasMessageContaining("add_cross_attention: expected true");
        assertThatThrownBy(() -> createWith("\"vocab_size\"", "\"vocab_sizes\""))
                .hasMessageContaining("word_embeddings.weight: expected [30522, 16]");
    }

    private static void createWith(String from, String to) throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "med");
        Path file = folder.resolve("med_config.json");
        Files.writeString(
                file, Files.readString(FIXTURE.resolve("med_config.json")).replace(from, to));
        try {
            new ImageRewardProvider()
                    .create(new ImageRewardConfig(FIXTURE.resolve("tiny.pt"), file, FIXTURE.resolve("vocab.txt")));
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }
}
