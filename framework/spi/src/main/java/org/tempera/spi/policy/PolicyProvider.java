package org.tempera.spi.policy;

import java.nio.file.Path;
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
     * Opens a model folder as it is, with an adapter file applied where one is given: what `tempera sample` and
     * `tempera verify` use. The adapter's tensors are the trainable parameters.
     *
     * @throws org.tempera.spi.UserException as {@link #open}
     */
    DiffusionPolicy open(Path folder, Optional<AdapterFile> adapter);

    /** An adapter (LoRA) file or folder in any layout that the provider reads, and the scale that it is applied with. */
    record AdapterFile(Path file, double scale) {}
}
