package org.tempera.diffusers.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class FolderReaderTest {
    private static final PartKind<Integer> LINEAR = new PartKind<>(
            "head",
            WeightFiles.DIFFUSERS,
            TensorNaming.same(),
            c -> c.positive("width", 2, 8),
            (source, width) -> new Linear(source, width, 1, true));

    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    private void write(String part, String config, int width) throws IOException {
        Path own = Files.createDirectories(folder.resolve(part));
        Files.writeString(own.resolve(PartKind.CONFIG), config);
        new SafetensorsWriter()
                .addFloats("weight", Shape.of(1, width), new float[width])
                .addFloats("bias", Shape.of(1), new float[1])
                .write(own.resolve("diffusion_pytorch_model.safetensors"));
    }

    @Test
    public void readsAPartWithItsConfigurationAndWeights() throws IOException {
        write("head", "{\"width\": 3}", 3);
        try (FolderReader reader = FolderReader.of(folder, "a head")) {
            Part<Integer> part = reader.part("head", LINEAR).orElseThrow();
            reader.requireSound();
            assertThat(part.config()).isEqualTo(3);
            assertThat(part.inventory().parameterCount()).isEqualTo(4);
            assertThat(reader.sources()).containsExactly(part.weights());
        }
    }

    /** A mistake of ours, an interrupt, an error of memory: whoever gets no reader cannot close its files. */
    @Test
    public void whatIsNoMistakeOfAFilesClosesTheFiles() throws IOException {
        write("head", "{\"width\": 3}", 3);
        FolderReader reader = FolderReader.of(folder, "a head");
        Part<Integer> part = reader.part("head", LINEAR).orElseThrow();
        assertThat(part.weights().readFloats("bias")).containsExactly(0f);
        assertThatThrownBy(() -> reader.check(() -> {
                    throw new IllegalStateException("ours");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ours");
        assertThatThrownBy(() -> part.weights().readFloats("bias")).isInstanceOf(RuntimeException.class);
    }

    @Test
    public void tellsWhatIsWrongWithEveryPartAtOnce() throws IOException {
        write("narrow", "{\"width\": 3}", 2);
        write("wide", "{\"width\": 9}", 9);
        try (FolderReader reader = FolderReader.of(folder, "a head")) {
            assertThat(reader.part("narrow", LINEAR)).isEmpty();
            assertThat(reader.part("wide", LINEAR)).isEmpty();
            assertThat(reader.part("missing", LINEAR)).isEmpty();
            assertThatThrownBy(reader::requireSound)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("the weights do not fit the configuration of the head, 1 problem(s)")
                    .hasMessageContaining("width: expected an integer from 1 to 8, found 9")
                    .hasMessageContaining(folder.resolve("missing/config.json") + ": no such file")
                    .hasMessageContaining(folder.resolve("missing") + ": no such file or folder");
        }
    }

    @Test
    public void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> FolderReader.of(folder.resolve("none"), "a head"))
                .isInstanceOf(UserException.class)
                .hasMessage(folder.resolve("none") + ": no such folder. Expected a head in the layout of the diffusers"
                        + " library; check the path.");
    }

    @Test
    public void anIndexSaysWhatAFolderIs() throws IOException {
        assertThat(PipelineIndex.pipeline(folder)).isEmpty();
        Files.writeString(PipelineIndex.file(folder), "{ damaged");
        assertThat(PipelineIndex.pipeline(folder)).isEmpty();
        Files.writeString(
                PipelineIndex.file(folder),
                "{\"_class_name\": \"HeadPipeline\", \"head\": [\"diffusers\", \"OtherHead\"],"
                        + " \"text_encoder\": [\"transformers\", \"TextWithProjection\"],"
                        + " \"text_encoder_3\": [null, null],"
                        + " \"force_zeros_for_empty_prompt\": true}");
        assertThat(PipelineIndex.pipeline(folder)).isEqualTo(Optional.of("HeadPipeline"));
        PipelineIndex index = PipelineIndex.read(folder);
        assertThat(index.has("head")).isTrue();
        assertThat(index.has("text_encoder_3"))
                .as("a part that the pipeline does without")
                .isFalse();
        assertThat(index.has("vae")).isFalse();
        assertThat(index.flag("force_zeros_for_empty_prompt", false)).isTrue();
        index.requireClass("text_encoder", "Text");
        index.finish();
        index.requireClass("head", "Head");
        index.refusePipeline("a TailPipeline");
        assertThatThrownBy(index::finish)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("head: expected Head, found OtherHead")
                .hasMessageContaining("_class_name: expected a TailPipeline, found HeadPipeline");
    }
}
