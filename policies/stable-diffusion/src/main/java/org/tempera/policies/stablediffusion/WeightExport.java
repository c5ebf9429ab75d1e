package org.tempera.policies.stablediffusion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.tempera.diffusers.lora.LoraPair;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.layers.GraphParameters.Stored;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy.Training;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.ParameterValues;
import org.tensorflow.ndarray.Shape;

/**
 * Writes trained weights in the files that other libraries read: new adapters as diffusers does, adapters that came from a
 * file under the names of that file, all weights as a {@code unet} folder.
 */
final class WeightExport {
    private static final String LORA_FILE = "pytorch_lora_weights.safetensors";
    private static final String PEFT_FILE = "adapter_model.safetensors";
    private static final String PEFT_CONFIG = "adapter_config.json";
    private static final String UNET_FILE = "unet/diffusion_pytorch_model.safetensors";
    private static final String UNET_CONFIG = "unet/config.json";
    private static final String METADATA_KEY = "lora_adapter_metadata";

    private final Path model;
    private final Training training;

    WeightExport(Path model, Training training) {
        this.model = model;
        this.training = training;
    }

    /**
     * Writes the file.
     *
     * @param tensors that are trained, by path; what an adapter's file has for the text encoder goes beside them as it is
     */
    Path write(Path target, Map<String, Stored> tensors, ParameterValues values) {
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach((path, s) -> writer.addFloats(
                path, s.layout().fileShape(s.parameter().shape()), () -> s.toFile(values.read(s.parameter()))
                        .data()));
        if (training instanceof Training.Adapters a) {
            a.file().ifPresent(file -> file.copy(Component.TEXT_ENCODER, writer));
        }
        try {
            Files.createDirectories(target);
            Path file = target.resolve(name(target, writer));
            Files.createDirectories(file.toAbsolutePath().getParent());
            writer.write(file);
            return file;
        } catch (IOException e) {
            throw new UserException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private String name(Path target, SafetensorsWriter writer) throws IOException {
        if (training instanceof Training.Adapters a) {
            for (LoraPair p : a.pairs()) {
                p.alpha()
                        .ifPresent(
                                alpha -> writer.addFloats(alpha.path(), Shape.scalar(), new float[] {alpha.value()}));
            }
            if (a.file().isEmpty()) {
                writer.metadata("format", "pt").metadata(METADATA_KEY, json(a.note()));
                return LORA_FILE;
            }
            a.file().get().metadata().forEach(writer::metadata);
            if (a.file().get().peftConfig().isPresent()) {
                copy(a.file().get().peftConfig().get(), target.resolve(PEFT_CONFIG));
                return PEFT_FILE;
            }
            return LORA_FILE;
        }
        if (training instanceof Training.Everything) {
            Files.createDirectories(target.resolve("unet"));
            copy(model.resolve(UNET_CONFIG), target.resolve(UNET_CONFIG));
            writer.metadata("format", "pt");
            return UNET_FILE;
        }
        throw new IllegalStateException("nothing is trained, so nothing can be exported");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String json(Map<String, Object> note) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(note);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + note, e);
        }
    }
}
