package org.tempera.spi.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.spi.PluginProvider;

/** The ServiceLoader service of diffusion policies. */
public interface PolicyProvider<C extends Record> extends PluginProvider<C> {
    /**
     * Opens the policy's files and checks them; builds nothing yet.
     *
     * @throws org.tempera.spi.UserException if a file is missing, damaged or of another shape
     */
    DiffusionPolicy open(C config);

    /** Whether {@code folder} holds a model in the layout that this provider reads. */
    boolean reads(Path folder);

    /**
     * What a folder is that this provider does not read, where it can tell: a noun phrase for people, such as {@code a
     * FluxPipeline of the diffusers library}.
     */
    default Optional<String> describe(Path folder) {
        return Optional.empty();
    }

    /**
     * Opens a model folder without a configuration, for {@code tempera sample} and {@code tempera verify}. The adapter,
     * if there is one, is applied, and its tensors are the trainable parameters.
     *
     * @throws org.tempera.spi.UserException as {@link #open}
     */
    DiffusionPolicy openFolder(Path folder, Optional<AdapterFile> adapter);

    /**
     * Writes an adapter of this kind of model into a folder, in another library's layout.
     *
     * @return the files of weights; empty if the provider writes no adapters
     * @throws org.tempera.spi.UserException if the adapter cannot be read, or the folder not be written
     */
    default List<Path> exportAdapter(Path adapter, Path folder, AdapterLayout layout) {
        return List.of();
    }

    /** How an adapter's tensors are named and where its scale is kept. */
    enum AdapterLayout {
        DIFFUSERS,
        PEFT,
        KOHYA
    }

    /**
     * An adapter (LoRA) file or folder in any layout that the provider reads, and the scale that it is applied with.
     */
    record AdapterFile(Path file, double scale) {}
}
