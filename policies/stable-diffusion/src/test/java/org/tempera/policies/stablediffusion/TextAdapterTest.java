package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** An adapter file that has layers of the text encoder too, which is built on a graph of its own. */
public class TextAdapterTest {
    private static final String UNET = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
    private static final String TEXT = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj";

    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("text-adapter");
    }

    @AfterMethod
    public void deleteFolder() throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path p : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    public void itsTextLayersAreExportedAsTheyAre() throws IOException {
        Path adapter = adapter();
        try (DiffusionPolicy policy = open(Optional.of(new AdapterFile(adapter, 0.5)));
                TrainingGraph graph = new TrainingGraph(1)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            assertThat(network.trainable()).hasSize(2);
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1));
                    SafetensorsFile read = SafetensorsFile.open(adapter);
                    SafetensorsFile written = SafetensorsFile.open(network.export(folder.resolve("out"), session))) {
                assertThat(written.names()).isEqualTo(read.names());
                for (String name : read.names()) {
                    assertThat(written.readTensor(name)).as(name).isEqualTo(read.readTensor(name));
                }
            }
        }
    }

    @Test
    public void aFingerprintTellsAdaptersAndScalesAndNoFolders() throws IOException {
        Path adapter = adapter();
        Set<String> different = new TreeSet<>();
        for (Optional<AdapterFile> file : List.of(
                Optional.<AdapterFile>empty(),
                Optional.of(new AdapterFile(adapter, 1)),
                Optional.of(new AdapterFile(adapter, 0.5)))) {
            try (DiffusionPolicy policy = open(file)) {
                different.add(policy.text().fingerprint().orElseThrow());
            }
        }
        assertThat(different).hasSize(3);
        Path copy = TinyModel.copy();
        try (DiffusionPolicy policy = new StableDiffusionProvider().openFolder(copy, Optional.empty());
                DiffusionPolicy same = open(Optional.empty())) {
            assertThat(policy.text().fingerprint()).isEqualTo(same.text().fingerprint());
        }
    }

    private static DiffusionPolicy open(Optional<AdapterFile> adapter) {
        return new StableDiffusionProvider().openFolder(TinyModel.folder(), adapter);
    }

    private Path adapter() {
        SafetensorsWriter writer = new SafetensorsWriter();
        float value = 0.25f;
        for (String layer : List.of(UNET + ".lora", TEXT + ".lora_linear_layer")) {
            for (String factor : List.of(".down.weight", ".up.weight")) {
                float[] values = new float[2 * 16];
                Arrays.fill(values, value);
                value /= 3;
                writer.addFloats(
                        layer + factor, factor.startsWith(".down") ? Shape.of(2, 16) : Shape.of(16, 2), values);
            }
        }
        Path file = folder.resolve("adapter.safetensors");
        writer.write(file);
        return file;
    }
}
