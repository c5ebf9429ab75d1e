package org.tempera.algorithms.critic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.tempera.algorithms.Preset;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.clip.ClipVisionConfig;
import org.tempera.nn.clip.ClipVisionModel;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.critic.CriticNetwork.State;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class EncodedFeaturesTest {
    private static final int WIDTH = 6;

    private Path folder;

    /** A vision tower of random weights for pictures of 8x8. */
    @BeforeClass
    public void write() throws IOException {
        folder = Files.createTempDirectory("clip");
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"clip_vision_model\", \"image_size\": 8, \"patch_size\": 4, \"hidden_size\": 8,"
                        + " \"intermediate_size\": 16, \"num_hidden_layers\": 1, \"num_attention_heads\": 2,"
                        + " \"projection_dim\": 6}");
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"do_resize\": true, \"size\": {\"shortest_edge\": 8}, \"do_center_crop\": true, \"crop_size\": 8,"
                        + " \"resample\": 3, \"do_normalize\": true, \"image_mean\": [0.5, 0.5, 0.5],"
                        + " \"image_std\": [0.25, 0.25, 0.25]}");
        ParameterInventory inventory = new ParameterInventory();
        ClipVisionConfig config = new ClipVisionConfig(8, 4, 8, 16, 1, 2, Activation.QUICK_GELU, 1e-5);
        new ClipVisionModel(inventory, config);
        new Linear(inventory.child("visual_projection"), 8, WIDTH, false);
        SafetensorsWriter writer = new SafetensorsWriter();
        Random random = new Random(2);
        inventory.entries().forEach((name, entry) -> {
            float[] data = new float[Math.toIntExact(entry.fileShape().size())];
            for (int i = 0; i < data.length; i++) {
                data[i] = (float) (0.5 * random.nextGaussian());
            }
            writer.addFloats(name, entry.fileShape(), data);
        });
        writer.write(folder.resolve("model.safetensors"));
    }

    @AfterClass
    public void delete() throws IOException {
        for (String file : new String[] {"config.json", "preprocessor_config.json", "model.safetensors"}) {
            Files.deleteIfExists(folder.resolve(file));
        }
        Files.deleteIfExists(folder);
    }

    record Feeds(HostTensor latents, HostTensor clean, HostTensor fractions) {}

    record Fetches(HostTensor decoded, HostTensor predicted, HostTensor published) {}

    private TemporalMlpNetwork critic(TrainingGraph graph, PolicyNetwork network, Preset preset, FeatureKind kind) {
        return new TemporalMlp(TemporalMlpConfig.of(preset, Optional.of(kind), Optional.of(folder)))
                .build(graph.scope().child("critic"), new ToyPolicy().shape(), network);
    }

    @Test
    public void criticsShareOneEncoderAndSeeWhatTheyAreToSee() {
        try (TrainingGraph graph = new TrainingGraph(3)) {
            PolicyNetwork network = new ToyPolicy().build(graph.scope().child("policy"));
            Operand<TFloat32> latents = graph.floatInput("latents", 2, 4, 4, 2);
            Operand<TFloat32> clean = graph.floatInput("clean", 2, 4, 4, 2);
            Operand<TFloat32> fractions = graph.floatInput("fractions", 2);
            State state = new State(latents, clean, fractions);
            TemporalMlpNetwork decoded = critic(graph, network, Preset.DEFAULT, FeatureKind.DECODED_LATENT);
            TemporalMlpNetwork predicted = critic(graph, network, Preset.DEFAULT, FeatureKind.PREDICTED_CLEAN);
            TemporalMlpNetwork published = critic(graph, network, Preset.REFERENCE, FeatureKind.DECODED_LATENT);
            Program<Feeds, Fetches> program = Program.define("features", Feeds.class, Fetches.class)
                    .feed("latents", latents)
                    .feed("clean", clean)
                    .feed("fractions", fractions)
                    .fetch("decoded", decoded.features(graph.scope().child("a"), state))
                    .fetch("predicted", predicted.features(graph.scope().child("b"), state))
                    .fetch("published", published.features(graph.scope().child("c"), state))
                    .build();
            assertThat(graph.parameters().stream().filter(p -> p.name().contains("class_embedding")))
                    .hasSize(1);
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                HostTensor x = random(1);
                HostTensor y = random(2);
                HostTensor t = HostTensor.of(new float[2], 2);
                Fetches once = program.run(session, new Feeds(x, y, t));
                assertThat(once.decoded().shape()).containsExactly(2, WIDTH);
                assertThat(length(once.decoded())).isCloseTo(Math.sqrt(WIDTH), within(1e-4));
                assertThat(length(once.published())).isCloseTo(1, within(1e-4));
                // The same pictures up to 8 bits.
                for (int i = 0; i < WIDTH; i++) {
                    assertThat(once.published().get(i) * Math.sqrt(WIDTH))
                            .isCloseTo(once.decoded().get(i), within(0.05));
                }
                Fetches swapped = program.run(session, new Feeds(y, x, t));
                assertThat(swapped.predicted()).isEqualTo(once.decoded());
                assertThat(swapped.decoded()).isNotEqualTo(once.decoded());
            }
        }
    }

    @Test
    public void theEncodersWeightsAreNamedWithTheirHash() {
        TemporalMlp encoded =
                new TemporalMlp(TemporalMlpConfig.of(Preset.REFERENCE, Optional.empty(), Optional.of(folder)));
        assertThat(encoded.provenance()).hasSize(1).allSatisfy((file, sha256) -> {
            assertThat(file).endsWith("model.safetensors");
            assertThat(sha256).matches("[0-9a-f]{64}");
        });
        assertThat(new TemporalMlp(TemporalMlpConfig.defaults()).provenance()).isEmpty();
    }

    @Test
    public void withAnEncoderThePredictedCleanPictureIsTheDefault() {
        assertThat(TemporalMlpConfig.of(Preset.DEFAULT, Optional.empty(), Optional.of(folder))
                        .shape()
                        .features())
                .isEqualTo(FeatureKind.PREDICTED_CLEAN);
        assertThat(TemporalMlpConfig.defaults().shape().features()).isEqualTo(FeatureKind.POOLED_LATENT);
    }

    @Test
    public void aFolderThatIsNotThereIsTheUsersMistake() {
        TemporalMlpConfig config = TemporalMlpConfig.of(
                Preset.DEFAULT, Optional.of(FeatureKind.PREDICTED_CLEAN), Optional.of(folder.resolve("none")));
        assertThatThrownBy(() -> new TemporalMlp(config))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected the folder of a CLIP model");
    }

    private static double length(HostTensor rows) {
        double squares = 0;
        for (int i = 0; i < rows.size(1); i++) {
            squares += rows.get(i) * rows.get(i);
        }
        return Math.sqrt(squares);
    }

    private static HostTensor random(long seed) {
        Random random = new Random(seed);
        float[] data = new float[2 * 4 * 4 * 2];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return HostTensor.of(data, 2, 4, 4, 2);
    }
}
