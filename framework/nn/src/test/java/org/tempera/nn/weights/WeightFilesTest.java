package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class WeightFilesTest {
    private static void weights(Path file, String tensor, float value) {
        new SafetensorsWriter()
                .addFloats(tensor, Shape.of(1), new float[] {value})
                .write(file);
    }

    @Test
    public void prefersThePlainFileToTheVariant() {
        Path folder = Fixtures.folder();
        weights(folder.resolve("model.fp16.safetensors"), "x", 16);
        try (TensorSource source = WeightFiles.open(folder, WeightFiles.TRANSFORMERS)) {
            assertThat(source.readFloats("x")).containsExactly(16f);
        }
        weights(folder.resolve("model.safetensors"), "x", 32);
        try (TensorSource source = WeightFiles.open(folder, WeightFiles.TRANSFORMERS)) {
            assertThat(source.readFloats("x")).containsExactly(32f);
        }
        try (TensorSource source = WeightFiles.open(folder.resolve("model.fp16.safetensors"), "model")) {
            assertThat(source.readFloats("x")).containsExactly(16f);
        }
    }

    @Test
    public void readsShardsThroughTheirIndex() throws IOException {
        Path folder = Fixtures.folder();
        weights(folder.resolve("s-1.safetensors"), "a", 1);
        weights(folder.resolve("s-2.safetensors"), "b", 2);
        Files.writeString(
                folder.resolve("diffusion_pytorch_model.safetensors.index.json"),
                "{\"metadata\":{\"total_size\":8},\"weight_map\":{\"b\":\"s-2.safetensors\",\"a\":\"s-1.safetensors\"}}");
        try (TensorSource source = WeightFiles.open(folder, WeightFiles.DIFFUSERS)) {
            assertThat(source.names()).containsExactly("a", "b");
            assertThat(source.readFloats("a")).containsExactly(1f);
            assertThat(source.readFloats("b")).containsExactly(2f);
            assertThat(source.fileOf("b")).isEqualTo(folder.resolve("s-2.safetensors"));
            assertThatThrownBy(() -> source.readFloats("c"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no tensor is named 'c'");
        }
    }

    @Test
    public void passesOverTheOtherKeysOfAnIndex() throws IOException {
        Path folder = Fixtures.folder();
        weights(folder.resolve("s-1.safetensors"), "a", 1);
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"metadata\":{\"total_size\":1e400,\"x\":NaN,\"y\":[-Infinity,null]},\"n\":Infinity,"
                        + "\"weight_map\":{\"a\":\"s-1.safetensors\"}}");
        try (TensorSource source = WeightFiles.open(folder, WeightFiles.TRANSFORMERS)) {
            assertThat(source.names()).containsExactly("a");
        }
    }

    @DataProvider
    public Object[][] badIndices() {
        return new Object[][] {
            {
                "{\"weight_map\":{\"a\":\"s-1.safetensors\",\"b\":\"s-2.safetensors\",\"c\":\"s-3.safetensors\"}}",
                "not there: s-2.safetensors, s-3.safetensors"
            },
            {"{\"weight_map\":{\"z\":\"s-1.safetensors\"}}", "1 tensors are not in the files that it names: 'z' in s-1"
            },
            {
                "{\"weight_map\":{\"a\":\"../../s-1.safetensors\"}}",
                "expected the name of a file of weights beside the index"
            },
            {"{\"weight_map\":{\"a\":3}}", "expected the name of a file of weights beside the index, found 3"},
            {"{\"weight_map\":{\"a\":\"model.safetensors.index.json\"}}", "expected the name of a file of weights"},
            {"{\"weight_map\":{\"a\":\"s-1.safetensors\\u0000\"}}", "expected the name of a file of weights"},
            {"{\"weight_map\":{\"a\":\"\\u0000\"}}", "weight_map.a: expected the name of a file of weights"},
            {"{\"weight_map\":{\"a\":{\"b\":[NaN]}}}", "expected the name of a file of weights"},
            {"{\"weight_map\":" + "[".repeat(50_000), "cannot be read as JSON"},
            {"{\"weight_map\":{}}", "expected an object 'weight_map'"},
            {"", "expected an object 'weight_map'"},
            {"{\"weight_map\":", "cannot be read as JSON"},
        };
    }

    @Test(dataProvider = "badIndices")
    public void refusesABadIndex(String json, String message) throws IOException {
        Path folder = Fixtures.folder();
        weights(folder.resolve("s-1.safetensors"), "a", 1);
        Files.writeString(folder.resolve("model.safetensors.index.json"), json);
        assertThatThrownBy(() -> WeightFiles.open(folder, "model"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("model.safetensors.index.json: ")
                .hasMessageContaining(message);
    }

    /** As other programs write them. */
    @Test
    public void aFolderOfAFilesNameIsPassedOver() throws IOException {
        Path folder = Fixtures.folder();
        Path named = Files.createDirectory(folder.resolve("pytorch_model.bin"));
        assertThatThrownBy(() -> WeightFiles.open(folder, WeightFiles.TRANSFORMERS))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(named + ": expected a file, found a folder.");
        weights(folder.resolve("model.fp16.safetensors"), "x", 16);
        try (TensorSource source = WeightFiles.open(folder, WeightFiles.TRANSFORMERS)) {
            assertThat(source.readFloats("x")).containsExactly(16f);
        }
    }

    @Test
    public void saysWhatWasLookedForAndWhatIsThere() throws IOException {
        Path folder = Fixtures.folder();
        Files.writeString(folder.resolve("config.json"), "{}");
        assertThatThrownBy(() -> WeightFiles.open(folder, "model"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected weights, one of model.safetensors, model.safetensors.index.json,"
                        + " pytorch_model.bin")
                .hasMessageContaining("found config.json");
        assertThatThrownBy(() -> WeightFiles.open(folder.resolve("none"), "model"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no such file or folder");
    }
}
