package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.diffusers.ddim.DdimProcess;
import org.tempera.diffusers.lora.LoraFamily;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.training.Training;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.PolicyShape;

/**
 * A Stable Diffusion model of version 1 or 2, opened from its folder. Its files stay open until {@link #close}, since
 * weights are read when the session starts.
 */
public final class StableDiffusionPolicy implements DiffusionPolicy {
    /** The models that adapters apply to. */
    static final LoraFamily ADAPTERS =
            new LoraFamily("Stable Diffusion 1 or 2", Component.UNET, List.of(Component.TEXT_ENCODER));

    private final ModelFolder folder;
    private final Training training;
    private final PolicyShape shape;
    private final DdimProcess process;

    private StableDiffusionPolicy(ModelFolder folder, Training training, PolicyShape shape) {
        this.folder = folder;
        this.training = training;
        this.shape = shape;
        this.process = new DdimProcess(folder.scheduler);
    }

    static StableDiffusionPolicy open(StableDiffusionConfig config) {
        ModelFolder folder = ModelFolder.open(config.weights());
        try {
            folder.requireFit();
            PolicyShape shape = shape(folder, config.height(), config.width());
            Training training =
                    Training.of(config.adapter(), "policy.stable-diffusion.adapter", ADAPTERS, inventories(folder));
            return new StableDiffusionPolicy(folder, training, shape);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    static StableDiffusionPolicy open(Path path, Optional<AdapterFile> adapter) {
        ModelFolder folder = ModelFolder.open(path);
        try {
            PolicyShape shape = shape(folder, Optional.empty(), Optional.empty());
            return new StableDiffusionPolicy(folder, Training.of(adapter, ADAPTERS, inventories(folder)), shape);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    private static Map<Component, ParameterInventory> inventories(ModelFolder folder) {
        return Map.of(Component.UNET, folder.unet.inventory(), Component.TEXT_ENCODER, folder.text.inventory());
    }

    private static PolicyShape shape(ModelFolder folder, Optional<Integer> height, Optional<Integer> width) {
        int factor = folder.vae.config().factor();
        int rows = height.orElse(folder.unet.config().sampleHeight() * factor);
        int columns = width.orElse(folder.unet.config().sampleWidth() * factor);
        if (rows % factor != 0 || columns % factor != 0) {
            throw new UserException("policy.stable-diffusion: height and width must be multiples of " + factor
                    + " for this model, were " + rows + " and " + columns + ".");
        }
        return new PolicyShape(
                new PolicyShape.Latent(
                        rows / factor, columns / factor, folder.vae.config().latentChannels()),
                new PolicyShape.Image(rows, columns));
    }

    @Override
    public PolicyShape shape() {
        return shape;
    }

    /** Entries of the text encoder's table: ids are below. */
    public int vocabularySize() {
        return folder.text.config().vocabularySize();
    }

    /** Entries of the text encoder's position table: no text has more tokens. */
    public int maxPositions() {
        return folder.text.config().maxPositions();
    }

    @Override
    public StableDiffusionText text() {
        return new StableDiffusionText(folder, training);
    }

    @Override
    public DdimProcess noiseProcess() {
        return process;
    }

    @Override
    public StableDiffusionNetwork build(GraphScope scope) {
        return new StableDiffusionNetwork(scope, folder, training);
    }

    @Override
    public long parameterCount() {
        return folder.unet.inventory().parameterCount()
                + folder.vae.inventory().parameterCount()
                + training.parameterCount(Component.UNET);
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> hashes = new TreeMap<>();
        for (TensorSource source : folder.sources()) {
            hashes.putAll(source.hashes());
        }
        hashes.putAll(training.provenance());
        return hashes;
    }

    @Override
    public void close() {
        folder.close();
        training.close();
    }
}
