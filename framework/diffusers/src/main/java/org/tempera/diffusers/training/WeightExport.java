package org.tempera.diffusers.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.WritingAdvice;
import org.tempera.diffusers.folder.PartKind;
import org.tempera.diffusers.lora.LoraPair;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.layers.GraphParameters.Stored;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.ParameterValues;
import org.tensorflow.ndarray.Shape;

/**
 * Writes trained weights in the files that other libraries read: new adapters as diffusers does, adapters that came
 * from a file under the names of that file, all weights as a folder of the denoiser.
 */
final class WeightExport {
    private static final String LORA_FILE = "pytorch_lora_weights.safetensors";
    private static final String PEFT_FILE = "adapter_model.safetensors";
    private static final String PEFT_CONFIG = "adapter_config.json";
    private static final String MODEL_FILE = "diffusion_pytorch_model.safetensors";
    private static final String METADATA_KEY = "lora_adapter_metadata";

    private final Path model;
    private final String denoiser;
    private final Component component;
    private final Training training;

    /** Prepares for a model's folder, the subfolder of the denoiser there, and what adapters call it. */
    WeightExport(Path model, String denoiser, Component component, Training training) {
        this.model = model;
        this.denoiser = denoiser;
        this.component = component;
        this.training = training;
    }

    /**
     * Writes the file.
     *
     * @param tensors that are trained, by path; what an adapter's file has for text encoders goes beside them as it is
     */
    Path write(Path target, Map<String, Stored> tensors, ParameterValues values) {
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach((path, s) -> writer.addFloats(
                path, s.layout().fileShape(s.parameter().shape()), () -> s.toFile(values.read(s.parameter()))
                        .data()));
        if (training instanceof Training.Adapters a) {
            a.file().ifPresent(file -> file.copyOthers(component, writer));
        }
        try {
            Files.createDirectories(target);
            Path file = target.resolve(name(target, writer));
            Files.createDirectories(file.toAbsolutePath().getParent());
            writer.write(file);
            return file;
        } catch (IOException e) {
            throw new UserException(
                    target + ": cannot be written: " + IoReason.of(e) + ". "
                            + WritingAdvice.of(target, e, "name another folder"),
                    e);
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
            Files.createDirectories(target.resolve(denoiser));
            String config = denoiser + "/" + PartKind.CONFIG;
            copy(model.resolve(config), target.resolve(config));
            writer.metadata("format", "pt");
            return denoiser + "/" + MODEL_FILE;
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
