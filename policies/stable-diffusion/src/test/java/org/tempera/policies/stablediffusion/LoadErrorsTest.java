package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.core.plugin.ModelReaders;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.Test;

public class LoadErrorsTest {
    private static void open(Path folder) {
        new StableDiffusionProvider().openFolder(folder, Optional.empty()).close();
    }

    private static void replace(Path file, String from, String to) throws IOException {
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    @Test
    public void everyPartsProblemsAreToldAtOnce() throws IOException {
        Path model = TinyModel.copy();
        replace(model.resolve("unet/config.json"), "{", "{\"class_embed_type\": \"timestep\", \"act_fn\": \"tanh\",");
        Files.delete(model.resolve("vae/config.json"));
        Files.delete(model.resolve("text_encoder/model.safetensors"));
        assertThatThrownBy(() -> open(model))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("class_embed_type: \"timestep\" is not supported")
                .hasMessageContaining("act_fn: expected silu, swish, mish, gelu or relu, found \"tanh\"")
                .hasMessageContaining(model.resolve("vae/config.json") + ": no such file")
                .hasMessageContaining("text_encoder: expected weights, one of model.safetensors");
    }

    @Test
    public void missingSurplusAndMisshapedTensorsAreListed() throws IOException {
        Path model = TinyModel.copy();
        Path file = model.resolve("vae/diffusion_pytorch_model.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile old = SafetensorsFile.open(file)) {
            for (String name : old.names()) {
                if (name.equals("decoder.conv_in.bias")) {
                    continue;
                }
                boolean cut = name.equals("encoder.conv_in.bias");
                writer.addFloats(
                        name, cut ? Shape.of(1) : old.info(name).shape(), cut ? new float[1] : old.readFloats(name));
            }
        }
        writer.addFloats("loss.weight", Shape.of(2), new float[2]);
        writer.write(file);
        assertThatThrownBy(() -> open(model))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("do not fit the configuration of the autoencoder, 3 problem(s)")
                .hasMessageContaining("1 missing:\n    decoder.conv_in.bias")
                .hasMessageContaining("1 of another shape:\n    encoder.conv_in.bias: expected")
                .hasMessageContaining("1 surplus:\n    loss.weight [2]");
    }

    @Test
    public void nanInTheWeightsIsFoundWhenTheSessionStarts() throws IOException {
        Path model = TinyModel.copy();
        Path file = model.resolve("unet/diffusion_pytorch_model.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile old = SafetensorsFile.open(file)) {
            for (String name : old.names()) {
                float[] values = old.readFloats(name);
                if (name.equals("conv_out.bias")) {
                    values[1] = Float.NaN;
                }
                writer.addFloats(name, old.info(name).shape(), values);
            }
        }
        writer.write(file);
        try (DiffusionPolicy policy = new StableDiffusionProvider().openFolder(model, Optional.empty());
                TrainingGraph graph = new TrainingGraph(1)) {
            policy.build(graph.scope().child("policy"));
            assertThatThrownBy(() -> graph.seal(new ThreadSettings(1, 1)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("tensor 'conv_out.bias'")
                    .hasMessageContaining("1 of 4 NaN or infinite");
        }
    }

    @Test
    public void anotherPipelineIsRefused() throws IOException {
        Path model = TinyModel.copy();
        replace(model.resolve("model_index.json"), "\"StableDiffusionPipeline\"", "\"FluxPipeline\"");
        assertThatThrownBy(() -> open(model))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        "expected a StableDiffusionPipeline (version 1 or 2) or LatentConsistencyModelPipeline,"
                                + " found FluxPipeline");
    }

    @Test
    public void whatAFolderIsIsToldByItsClass() throws IOException {
        StableDiffusionProvider provider = new StableDiffusionProvider();
        Path model = TinyModel.copy();
        assertThat(provider.reads(model)).isTrue();
        String index = Files.readString(model.resolve("model_index.json"));
        for (String other : List.of("StableDiffusionXLPipeline", "StableDiffusion3Pipeline", "FluxPipeline")) {
            Files.writeString(model.resolve("model_index.json"), index.replace("StableDiffusionPipeline", other));
            assertThat(provider.reads(model)).as(other).isFalse();
            assertThat(provider.describe(model)).hasValue("a " + other + " of the diffusers library");
            assertThat(new ModelReaders(List.of(provider)).refusal(model))
                    .isEqualTo(model + ": is a " + other + " of the diffusers library, which no policy plugin reads. "
                            + "Expected the folder of a model that a policy plugin reads: stable-diffusion ("
                            + provider.description() + ")");
        }
        Files.writeString(model.resolve("model_index.json"), "{ damaged");
        assertThat(provider.reads(model))
                .as("a damaged index, which opening it tells")
                .isTrue();
        Files.delete(model.resolve("model_index.json"));
        assertThat(provider.reads(model)).as("no index beside unet/").isTrue();
        assertThat(provider.reads(model.resolve("vae"))).isFalse();
    }

    @Test
    public void missingFolderIsNamed() {
        assertThatThrownBy(() -> open(Path.of("no-such-model")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no-such-model: no such folder");
    }
}
