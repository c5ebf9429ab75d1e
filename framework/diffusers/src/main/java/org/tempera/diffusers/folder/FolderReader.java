package org.tempera.diffusers.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.nn.weights.TensorSource;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.spi.UserException;

/**
 * Reads the parts of a pipeline's folder. What is wrong with any of them is told together, by {@link #requireSound},
 * since who mends a folder wants to know all of it. The weight files stay open until {@link #close}.
 */
public final class FolderReader implements AutoCloseable {
    private final Path folder;
    private final List<String> problems = new ArrayList<>();
    private final List<TensorSource> sources = new ArrayList<>();

    private FolderReader(Path folder) {
        this.folder = folder;
    }

    /**
     * Begins with a folder.
     *
     * @param expected what the folder should be, such as {@code a FLUX.1 model}, for the message
     * @throws UserException if there is no such folder
     */
    public static FolderReader of(Path folder, String expected) {
        ModelFiles.requireOpen(folder);
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + (Files.exists(folder) ? ": is no folder." : ": no such folder.")
                    + " Expected " + expected + " in the layout of the diffusers library; check the path.");
        }
        return new FolderReader(folder);
    }

    /**
     * Does one step of reading; empty if it failed, which is noted. What is no mistake of a file's ends reading, and
     * the files are closed.
     */
    public <T> Optional<T> attempt(Supplier<T> step) {
        try {
            return Optional.of(step.get());
        } catch (UserException e) {
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Does one check, and notes it if it fails. */
    public void check(Runnable step) {
        attempt(() -> {
            step.run();
            return step;
        });
    }

    /**
     * Reads a configuration, such as {@code scheduler/scheduler_config.json}; empty if there were problems, which
     * are noted.
     */
    public <C> Optional<C> config(String file, Function<ModelConfig, C> reader) {
        return attempt(() -> config(folder.resolve(file), reader));
    }

    /** Reads one configuration alone. Throws a {@link UserException} with all its problems. */
    public static <C> C config(Path file, Function<ModelConfig, C> reader) {
        ModelConfig config = ModelConfig.read(file);
        C result = reader.apply(config);
        config.finish();
        return result;
    }

    /** Reads the part in the subfolder {@code name}; empty if there were problems, which are noted. */
    public <C> Optional<Part<C>> part(String name, PartKind<C> kind) {
        return part(folder.resolve(name), name, kind);
    }

    /**
     * Reads the folder itself, which is of one part and no pipeline's; empty if there were problems, which are noted.
     *
     * @param name under which its parameters are declared
     */
    public <C> Optional<Part<C>> alone(String name, PartKind<C> kind) {
        return part(folder, name, kind);
    }

    private <C> Optional<Part<C>> part(Path place, String name, PartKind<C> kind) {
        Optional<C> config = attempt(() -> config(place.resolve(PartKind.CONFIG), kind.config()));
        Optional<TensorSource> weights = attempt(() -> open(place, kind.files()));
        if (config.isEmpty() || weights.isEmpty()) {
            return Optional.empty();
        }
        return attempt(() -> {
            ParameterInventory inventory = new ParameterInventory();
            kind.declare().accept(inventory, config.get());
            inventory.require(kind.what(), weights.get(), kind.naming());
            return new Part<>(name, config.get(), weights.get(), kind.naming(), inventory);
        });
    }

    private TensorSource open(Path place, String files) {
        TensorSource source = WeightFiles.open(place, files);
        sources.add(source);
        return source;
    }

    /**
     * Ends reading.
     *
     * @throws UserException with every problem noted; the files are closed then
     */
    public void requireSound() {
        if (!problems.isEmpty()) {
            close();
            throw new UserException(String.join("\n", problems));
        }
    }

    /** The files that are open. */
    public List<TensorSource> sources() {
        return List.copyOf(sources);
    }

    @Override
    public void close() {
        sources.forEach(TensorSource::close);
    }
}
