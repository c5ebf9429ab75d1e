package org.tempera.diffusers.folder;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.tempera.diffusers.vae.Autoencoder;
import org.tempera.diffusers.vae.AutoencoderConfig;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;

/**
 * A folder of an autoencoder that belongs to no pipeline, such as TAESD's, read and checked. Its files stay open until
 * {@link #close}, since weights are read when the session starts.
 */
public final class AutoencoderFolder implements AutoCloseable {
    private final Path path;
    private final FolderReader reader;
    private final Part<AutoencoderConfig> part;

    private AutoencoderFolder(Path path, String name) {
        this.path = path;
        this.reader = FolderReader.of(path, "an AutoencoderTiny or AutoencoderKL");
        var read = reader.alone(name, PartKind.autoencoder(AutoencoderFolder::read));
        reader.requireSound();
        this.part = read.orElseThrow();
    }

    private static AutoencoderConfig read(ModelConfig c) {
        if (!AutoencoderConfig.isNamed(c)) {
            c.problem(
                    ModelConfig.CLASS,
                    "expected AutoencoderTiny or AutoencoderKL, found "
                            + c.text(ModelConfig.CLASS).orElse("none"));
            c.finish();
        }
        return AutoencoderConfig.read(c);
    }

    /** Whether a folder is one, by the class that its configuration names. */
    public static boolean reads(Path path) {
        Path config = path.resolve(PartKind.CONFIG);
        if (PipelineIndex.isIn(path) || !ModelFiles.has(config)) {
            return false;
        }
        try {
            return AutoencoderConfig.isNamed(ModelConfig.read(config));
        } catch (UserException damaged) {
            return false;
        }
    }

    /**
     * Opens and checks a folder.
     *
     * @param name under which its parameters are declared
     * @throws UserException with everything that is wrong with it
     */
    public static AutoencoderFolder open(Path path, String name) {
        return new AutoencoderFolder(path, name);
    }

    /** Its sizes. */
    public AutoencoderConfig config() {
        return part.config();
    }

    /** Declares its decoder in the graph. */
    public Autoencoder build(GraphScope scope) {
        return new Autoencoder(part.frozen(scope), part.config(), path);
    }

    /** How many numbers it holds. */
    public long parameterCount() {
        return part.inventory().parameterCount();
    }

    /** Where the weights came from: file to SHA-256. */
    public Map<String, String> provenance() {
        Map<String, String> hashes = new HashMap<>();
        for (TensorSource source : reader.sources()) {
            hashes.putAll(source.hashes());
        }
        return hashes;
    }

    @Override
    public void close() {
        reader.close();
    }
}
