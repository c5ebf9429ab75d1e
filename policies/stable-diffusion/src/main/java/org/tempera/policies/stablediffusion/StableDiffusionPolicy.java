package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.base.files.FileHashes;
import org.tempera.diffusers.ddim.DdimProcess;
import org.tempera.diffusers.lora.LoraFile;
import org.tempera.diffusers.lora.LoraPair;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.lora.NewLora;
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

    private final ModelFolder folder;
    private final Training training;
    private final PolicyShape shape;
    private final DdimProcess process;

    /** What is trained. */
    sealed interface Training {
        /** Nothing: the model as it is. */
        record Nothing() implements Training {}

        /** Adapters; the file that they come from, if any, and the note that is written with them. */
        record Adapters(List<LoraPair> pairs, Optional<LoraFile> file, Map<String, Object> note) implements Training {}

        /** Every weight of the denoiser. */
        record Everything() implements Training {}
    }

    private StableDiffusionPolicy(ModelFolder folder, Training training, PolicyShape shape) {
        this.folder = folder;
        this.training = training;
        this.shape = shape;
        this.process = new DdimProcess(folder.scheduler);
    }

    static StableDiffusionPolicy open(StableDiffusionConfig config) {
        if (config.weights().toString().isEmpty()) {
            throw new UserException("policy.stable-diffusion.weights: required. Give the folder of a Stable Diffusion"
                    + " model in the layout of the diffusers library.");
        }
        ModelFolder folder = ModelFolder.open(config.weights());
        try {
            folder.requireFit();
            StableDiffusionConfig.Adapter a = config.adapter();
            PolicyShape shape = shape(folder, config.height(), config.width());
            if (a.kind() == StableDiffusionConfig.Kind.FULL) {
                return new StableDiffusionPolicy(folder, new Training.Everything(), shape);
            }
            if (a.start().isPresent()) {
                return withAdapter(folder, shape, new AdapterFile(a.start().get(), 1));
            }
            double alpha = a.alpha().orElse((double) a.rank());
            List<LoraPair> pairs = NewLora.pairs(folder.unet.inventory(), a.rank(), alpha, a.targets());
            return new StableDiffusionPolicy(
                    folder,
                    new Training.Adapters(pairs, Optional.empty(), NewLora.metadata(a.rank(), alpha, a.targets())),
                    shape);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    static StableDiffusionPolicy open(Path path, Optional<AdapterFile> adapter) {
        ModelFolder folder = ModelFolder.open(path);
        try {
            PolicyShape shape = shape(folder, Optional.empty(), Optional.empty());
            return adapter.isPresent()
                    ? withAdapter(folder, shape, adapter.get())
                    : new StableDiffusionPolicy(folder, new Training.Nothing(), shape);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    private static StableDiffusionPolicy withAdapter(ModelFolder folder, PolicyShape shape, AdapterFile adapter) {
        Map<LoraPair.Component, ParameterInventory> models = new LinkedHashMap<>();
        models.put(LoraPair.Component.UNET, folder.unet.inventory());
        models.put(LoraPair.Component.TEXT_ENCODER, folder.text.inventory());
        LoraFile file = LoraFile.open(adapter, models);
        return new StableDiffusionPolicy(
                folder, new Training.Adapters(file.pairs(), Optional.of(file), Map.of()), shape);
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
        return new StableDiffusionText(folder, training instanceof Training.Adapters a ? a.pairs() : List.of());
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
        long adapters = training instanceof Training.Adapters a ? LoraPair.numbers(a.pairs(), Component.UNET) : 0;
        return folder.unet.inventory().parameterCount() + folder.vae.inventory().parameterCount() + adapters;
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> hashes = new TreeMap<>();
        for (TensorSource source : folder.sources()) {
            hashes.putAll(source.hashes());
        }
        if (training instanceof Training.Adapters a) {
            a.file().ifPresent(f -> hashes.put(f.path().toString(), FileHashes.sha256(f.path())));
        }
        return hashes;
    }

    @Override
    public void close() {
        folder.close();
        if (training instanceof Training.Adapters a) {
            a.file().ifPresent(LoraFile::close);
        }
    }
}
