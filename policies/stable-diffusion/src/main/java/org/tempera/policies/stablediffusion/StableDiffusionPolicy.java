package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tempera.diffusers.ddim.DdimProcess;
import org.tempera.diffusers.ddim.Scheduler;
import org.tempera.diffusers.folder.AutoencoderFolder;
import org.tempera.diffusers.lora.LoraFamily;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.training.Training;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.Drawing;
import org.tempera.spi.policy.Guidance;
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

    /** Where a preview's parameters are declared. */
    private static final String PREVIEW = "preview";

    private final ModelFolder folder;
    private final Optional<AutoencoderFolder> preview;
    private final Training training;
    private final PolicyShape shape;
    private final DdimProcess process;
    private final boolean checkpointed;

    private StableDiffusionPolicy(
            ModelFolder folder,
            Optional<AutoencoderFolder> preview,
            Training training,
            PolicyShape shape,
            DdimProcess process,
            boolean checkpointed) {
        this.checkpointed = checkpointed;
        this.folder = folder;
        this.preview = preview;
        this.training = training;
        this.shape = shape;
        this.process = process;
    }

    static StableDiffusionPolicy open(StableDiffusionConfig config) {
        ModelFolder folder = ModelFolder.open(config.weights());
        @Nullable AutoencoderFolder preview = null;
        try {
            folder.requireFit();
            PolicyShape shape = shape(folder, config.height(), config.width());
            if (config.preview().isPresent()) {
                preview = AutoencoderFolder.open(config.preview().get(), PREVIEW);
                requireFit(folder, config.preview().get(), preview);
            }
            Training training =
                    Training.of(config.adapter(), "policy.stable-diffusion.adapter", ADAPTERS, inventories(folder));
            DdimProcess process =
                    new DdimProcess(folder.scheduler, config.timesteps().orElse(List.of()));
            return new StableDiffusionPolicy(
                    folder, Optional.ofNullable(preview), training, shape, process, config.gradientCheckpointing());
        } catch (RuntimeException | Error e) {
            folder.close();
            if (preview != null) {
                preview.close();
            }
            throw e;
        }
    }

    private static void requireFit(ModelFolder folder, Path place, AutoencoderFolder preview) {
        int latents = folder.vae.config().latentChannels();
        int seen = preview.config().latentChannels();
        if (seen != latents) {
            throw new UserException("policy.stable-diffusion.preview: expected an autoencoder of latents of " + latents
                    + " channels, as the model's own, found one of " + seen + " in " + place
                    + ". Name one that was made for this family of models, or leave the key out.");
        }
    }

    static StableDiffusionPolicy open(Path path, Optional<AdapterFile> adapter) {
        ModelFolder folder = ModelFolder.open(path);
        try {
            PolicyShape shape = shape(folder, Optional.empty(), Optional.empty());
            Training training = Training.of(adapter, ADAPTERS, inventories(folder));
            return new StableDiffusionPolicy(
                    folder, Optional.empty(), training, shape, new DdimProcess(folder.scheduler), false);
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

    /** A denoiser with an embedding of the scale runs once, as in the library's pipelines. */
    @Override
    public Guidance guidance() {
        return folder.unet.config().guidanceWidth().isPresent() ? Guidance.EMBEDDED : Guidance.CLASSIFIER_FREE;
    }

    /**
     * As StableDiffusionPipeline; a consistency model as LatentConsistencyModelPipeline, and without guidance where
     * that would be a second pass.
     */
    @Override
    public Drawing drawing() {
        return folder.scheduler.scheduler() instanceof Scheduler.Lcm
                ? fewSteps().orElseThrow()
                : Drawing.of(Guidance.CLASSIFIER_FREE);
    }

    /** Known by the scheduler: of consistency models, and of SD-Turbo, which was distilled without guidance. */
    @Override
    public Optional<Drawing> fewSteps() {
        double scale = guidance() == Guidance.EMBEDDED ? 8.5 : Guidance.OFF;
        return folder.scheduler.scheduler() instanceof Scheduler.Ddim
                ? Optional.empty()
                : Optional.of(new Drawing(4, 1, scale));
    }

    @Override
    public DdimProcess noiseProcess() {
        return process;
    }

    @Override
    public StableDiffusionNetwork build(GraphScope scope) {
        return new StableDiffusionNetwork(scope, folder, preview, training, checkpointed);
    }

    @Override
    public long parameterCount() {
        return folder.unet.inventory().parameterCount()
                + folder.vae.inventory().parameterCount()
                + preview.map(AutoencoderFolder::parameterCount).orElse(0L)
                + training.parameterCount(Component.UNET);
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> hashes = new TreeMap<>();
        for (TensorSource source : folder.sources()) {
            hashes.putAll(source.hashes());
        }
        preview.ifPresent(p -> hashes.putAll(p.provenance()));
        hashes.putAll(training.provenance());
        return hashes;
    }

    @Override
    public void close() {
        folder.close();
        preview.ifPresent(AutoencoderFolder::close);
        training.close();
    }
}
