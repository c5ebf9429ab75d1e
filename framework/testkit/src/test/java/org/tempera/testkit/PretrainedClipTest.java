package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.clip.EmbeddingHead;
import org.tempera.nn.clip.HeadLayout;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PretrainedClipTest {
    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("clip");
    }

    @Test
    public void equalWeightsAreOneTowerAndEqualImagesOnePass() {
        PretrainedClip first = PretrainedClip.open(TinyClip.write(folder.resolve("first"), 1));
        PretrainedClip copy = PretrainedClip.open(TinyClip.write(folder.resolve("copy"), 1));
        PretrainedClip other = PretrainedClip.open(TinyClip.write(folder.resolve("other"), 2));
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> images = graph.floatInput("images", 2, 20, 24, 3);
            Operand<TFloat32> one = first.embedImages(graph.scope(), images);
            int tower = graph.parameters().size();
            assertThat(copy.embedImages(graph.scope(), images)).isSameAs(one);
            assertThat(graph.parameters()).hasSize(tower);
            other.embedImages(graph.scope(), images);
            assertThat(graph.parameters()).hasSize(2 * tower);
            first.embedImages(graph.scope(), graph.floatInput("more", 4, 16, 16, 3));
            assertThat(graph.parameters()).hasSize(2 * tower);
        }
    }

    @Test
    public void refusesWeightsOfAnotherShape() throws IOException {
        Path clip = TinyClip.write(folder, 1);
        Path config = clip.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"projection_dim\": 6", "\"projection_dim\": 7"));
        assertThatThrownBy(() -> PretrainedClip.open(clip))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("visual_projection.weight: expected [7, 8], found [6, 8]");
    }

    @Test
    public void passesOverTheBuffersOfPositionsAsTransformersDoes() {
        PretrainedClip.open(with("text_model.embeddings.position_ids"));
        PretrainedClip.open(with("vision_model.embeddings.position_ids"));
    }

    @DataProvider
    public Object[][] others() {
        return new Object[][] {
            {"embeddings.position_ids"},
            {"text_model.encoder.layers.0.position_ids"},
            {"ema_logit_scale"},
            {"logit_bias"},
            {"optimizer.state.0.exp_avg"},
            {"text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight"},
            {"module.logit_scale"},
        };
    }

    @Test(dataProvider = "others")
    public void refusesEveryOtherTensorByName(String name) {
        assertThatThrownBy(() -> PretrainedClip.open(with(name)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("1 surplus:\n    " + name + " [2]");
    }

    /** A folder whose weights have one more tensor. */
    private Path with(String name) {
        Path clip = TinyClip.write(folder.resolve(name), 1);
        Path file = clip.resolve("model.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile old = SafetensorsFile.open(file)) {
            old.names().forEach(n -> writer.addFloats(n, old.info(n).shape(), old.readFloats(n)));
        }
        writer.addFloats(name, Shape.of(2), new float[2]).write(file);
        return clip;
    }

    @Test
    public void refusesAMissingFolder() {
        assertThatThrownBy(() -> PretrainedClip.open(folder.resolve("none")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("none: expected the folder of a CLIP model")
                .hasMessageContaining("found nothing");
    }

    /** Five layers at these places. @param bias whether the last one has a bias */
    private Path head(List<Integer> places, List<Integer> widths, boolean bias) {
        Path file = folder.resolve("head.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        int in = 4;
        for (int i = 0; i < places.size(); i++) {
            int out = widths.get(i);
            writer.addFloats("layers." + places.get(i) + ".weight", Shape.of(out, in), new float[out * in]);
            if (bias || i + 1 < places.size()) {
                writer.addFloats("layers." + places.get(i) + ".bias", Shape.of(out), new float[out]);
            }
            in = out;
        }
        writer.write(file);
        return file;
    }

    @Test
    public void headsOfKnownLayoutsAreRead() {
        assertThat(EmbeddingHead.read(head(HeadLayout.PLACES, HeadLayout.WIDTHS, true))
                        .width())
                .isEqualTo(4);
        assertThat(EmbeddingHead.read(head(List.of(0), List.of(1), true)).width())
                .isEqualTo(4);
        assertThat(EmbeddingHead.read(head(List.of(0), List.of(1), false)).width())
                .isEqualTo(4);
    }

    @DataProvider
    public Object[][] otherHeads() {
        List<Integer> widths = HeadLayout.WIDTHS;
        return new Object[][] {
            // As LAION's predictor with activations, which was published too.
            {List.of(0, 3, 6, 9, 11), widths, true},
            {List.of(0, 2, 4, 6, 8), widths, true},
            {List.of(0, 1, 2, 3, 4), widths, true},
            {HeadLayout.PLACES, List.of(512, 128, 64, 16, 1), true},
            {HeadLayout.PLACES, widths, false},
            {List.of(0, 2), List.of(3, 1), true},
            {List.of(1), List.of(1), true},
        };
    }

    /** They fit by names and shapes, and something may stand between their layers. */
    @Test(dataProvider = "otherHeads")
    public void headsOfOtherLayoutsAreRefused(List<Integer> places, List<Integer> widths, boolean bias) {
        Path file = head(places, widths, bias);
        assertThatThrownBy(() -> EmbeddingHead.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ": expected a head of one affine layer in the first place")
                .hasMessageContaining("found places " + places + ", widths " + widths);
    }

    @Test
    public void headRefusesLayersThatDoNotFollowEachOther() {
        Path file = folder.resolve("head.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < HeadLayout.PLACES.size(); i++) {
            int out = HeadLayout.WIDTHS.get(i);
            writer.addFloats("layers." + HeadLayout.PLACES.get(i) + ".weight", Shape.of(out, 4), new float[out * 4])
                    .addFloats("layers." + HeadLayout.PLACES.get(i) + ".bias", Shape.of(out), new float[out]);
        }
        writer.write(file);
        assertThatThrownBy(() -> EmbeddingHead.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tensor 'layers.6.weight': expected 4 rows");
    }
}
