package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.nn.clip.EmbeddingHead;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.BeforeMethod;
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
    public void refusesAMissingFolder() {
        assertThatThrownBy(() -> PretrainedClip.open(folder.resolve("none")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("none: expected the folder of a CLIP model")
                .hasMessageContaining("found nothing");
    }

    @Test
    public void headRefusesLayersThatDoNotFollowEachOther() {
        Path file = folder.resolve("head.safetensors");
        new SafetensorsWriter()
                .addFloats("layers.0.weight", Shape.of(3, 4), new float[12])
                .addFloats("layers.2.weight", Shape.of(1, 2), new float[2])
                .write(file);
        assertThatThrownBy(() -> EmbeddingHead.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tensor 'layers.0.weight': expected 2 rows");
    }
}
