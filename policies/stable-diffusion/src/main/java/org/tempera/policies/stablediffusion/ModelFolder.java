package org.tempera.policies.stablediffusion;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tempera.diffusers.ddim.DdimConfig;
import org.tempera.diffusers.vae.VaeConfig;
import org.tempera.diffusers.vae.VaeDecoder;
import org.tempera.diffusers.vae.VaeEncoder;
import org.tempera.diffusers.vae.VaeNaming;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.clip.ClipTextModel;
import org.tempera.nn.concurrent.Background;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.nn.weights.TensorSource;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.policies.stablediffusion.unet.UNetConfig;
import org.tempera.policies.stablediffusion.unet.UNetConfigReader;
import org.tempera.spi.UserException;

/** A Stable Diffusion model's folder in the layout of the diffusers library, read and checked; its files stay open. */
final class ModelFolder implements AutoCloseable {
    /** Names of text encoders: some files have another first part, old ones a buffer of position ids, some CLIP's projection. */
    static final TensorNaming TEXT_NAMING = new TensorNaming(
            name -> name.startsWith("text_model.") ? name : "text_model." + name,
            Set.of("text_model.embeddings.position_ids", "embeddings.position_ids", "text_projection.weight")
                    ::contains);

    /** Names of denoisers. */
    static final TensorNaming UNET_NAMING = TensorNaming.same();

    private static final String CLASS = "_class_name";
    private static final String PIPELINE = "StableDiffusionPipeline";
    private static final String INDEX = "model_index.json";
    private static final String UNET_CONFIG = "unet/config.json";
    private static final String VAE_CONFIG = "vae/config.json";
    private static final Map<String, String> CLASSES = Map.of(
            "unet", "UNet2DConditionModel",
            "vae", "AutoencoderKL",
            "text_encoder", "CLIPTextModel");

    final Path path;
    final UNetConfig unet;
    final VaeConfig vae;
    final ClipTextConfig text;
    final DdimConfig scheduler;
    final ClipTokenizer tokenizer;
    final TensorSource unetWeights;
    final TensorSource vaeWeights;
    final TensorSource textWeights;
    final ParameterInventory unetInventory;
    final ParameterInventory vaeInventory;
    final ParameterInventory textInventory;

    private final List<TensorSource> open = new ArrayList<>();

    private ModelFolder(Path path) {
        this.path = path;
        Problems problems = new Problems();
        // Half a second where the vocabulary is CLIP's, of which nothing is needed before the first prompt.
        Background<ClipTokenizer> vocabulary =
                Background.start("load-tokenizer", () -> ClipTokenizer.load(path.resolve("tokenizer")));
        problems.attempt(() -> checkIndex(path));
        UNetConfig unetConfig = problems.attempt(() -> config(path.resolve(UNET_CONFIG), UNetConfigReader::read));
        VaeConfig vaeConfig = problems.attempt(() -> config(path.resolve(VAE_CONFIG), VaeConfig::read));
        ClipTextConfig textConfig =
                problems.attempt(() -> config(path.resolve("text_encoder/config.json"), ClipTextConfig::read));
        DdimConfig ddim =
                problems.attempt(() -> config(path.resolve("scheduler/scheduler_config.json"), DdimConfig::read));
        TensorSource unetFile = problems.attempt(() -> open("unet", WeightFiles.DIFFUSERS));
        TensorSource vaeFile = problems.attempt(() -> open("vae", WeightFiles.DIFFUSERS));
        TensorSource textFile = problems.attempt(() -> open("text_encoder", WeightFiles.TRANSFORMERS));
        this.unetInventory = new ParameterInventory();
        this.vaeInventory = new ParameterInventory();
        this.textInventory = new ParameterInventory();
        problems.attempt(() -> {
            if (unetConfig != null && unetFile != null) {
                new UNet(unetInventory, unetConfig);
                unetInventory.require("denoiser", unetFile, UNET_NAMING);
            }
        });
        problems.attempt(() -> {
            if (vaeConfig != null && vaeFile != null) {
                new VaeEncoder(vaeInventory, vaeConfig);
                new VaeDecoder(vaeInventory, vaeConfig);
                vaeInventory.require("autoencoder", vaeFile, VaeNaming.naming());
            }
        });
        problems.attempt(() -> {
            if (textConfig != null && textFile != null) {
                new ClipTextModel(textInventory, textConfig);
                textInventory.require("text encoder", textFile, TEXT_NAMING);
            }
        });
        ClipTokenizer words = problems.attempt(vocabulary::get);
        if (!problems.messages.isEmpty()
                || unetConfig == null
                || vaeConfig == null
                || textConfig == null
                || ddim == null
                || words == null
                || unetFile == null
                || vaeFile == null
                || textFile == null) {
            close();
            throw new UserException(String.join("\n", problems.messages));
        }
        this.unet = unetConfig;
        this.vae = vaeConfig;
        this.text = textConfig;
        this.scheduler = ddim;
        this.tokenizer = words;
        this.unetWeights = unetFile;
        this.vaeWeights = vaeFile;
        this.textWeights = textFile;
    }

    /**
     * Opens and checks a folder.
     *
     * @throws UserException with the problems of all its parts
     */
    static ModelFolder open(Path path) {
        ModelFiles.requireOpen(path);
        if (!Files.isDirectory(path)) {
            throw new UserException(path + (Files.exists(path) ? ": is no folder." : ": no such folder.")
                    + " Expected a Stable Diffusion model in the layout of the diffusers library; check the path.");
        }
        return new ModelFolder(path);
    }

    /** Rows and columns of a picture. */
    record Size(int height, int width) {}

    /** The size that a folder's model was made for, read from its settings alone; empty where these are missing. */
    static Optional<Size> ownSize(Path path) {
        Path unetFile = path.resolve(UNET_CONFIG);
        Path vaeFile = path.resolve(VAE_CONFIG);
        if (!ModelFiles.has(unetFile) || !ModelFiles.has(vaeFile)) {
            return Optional.empty();
        }
        UNetConfig unet = config(unetFile, UNetConfigReader::read);
        int factor = config(vaeFile, VaeConfig::read).factor();
        return Optional.of(new Size(unet.sampleHeight() * factor, unet.sampleWidth() * factor));
    }

    /** Whether a folder is one, by the class that its index names; a damaged index is for {@link #open} to tell. */
    static boolean reads(Path path) {
        Path index = path.resolve(INDEX);
        if (!ModelFiles.has(index)) {
            return Files.isDirectory(path.resolve("unet")) || Files.exists(index, LinkOption.NOFOLLOW_LINKS);
        }
        try {
            return isVersion1Or2(ModelConfig.read(index).text(CLASS, PIPELINE));
        } catch (UserException e) {
            return true;
        }
    }

    /** The class that a folder's index names, where it is of another pipeline; empty where there is none to be read. */
    static Optional<String> otherPipeline(Path path) {
        Path index = path.resolve(INDEX);
        if (!ModelFiles.has(index)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ModelConfig.read(index).text(CLASS, PIPELINE)).filter(name -> !isVersion1Or2(name));
        } catch (UserException e) {
            return Optional.empty();
        }
    }

    private static boolean isVersion1Or2(String pipeline) {
        return pipeline.startsWith("StableDiffusion")
                && !pipeline.startsWith("StableDiffusion3")
                && !pipeline.startsWith("StableDiffusionXL");
    }

    private static final class Problems {
        final List<String> messages = new ArrayList<>();

        <T> @Nullable T attempt(Supplier<T> step) {
            try {
                return step.get();
            } catch (UserException e) {
                messages.add(String.valueOf(e.getMessage()));
                return null;
            }
        }

        void attempt(Runnable step) {
            try {
                step.run();
            } catch (UserException e) {
                messages.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private static <T> T config(Path file, Function<ModelConfig, T> reader) {
        ModelConfig c = ModelConfig.read(file);
        T result = reader.apply(c);
        c.finish();
        return result;
    }

    private TensorSource open(String component, String baseName) {
        TensorSource source = WeightFiles.open(path.resolve(component), baseName);
        open.add(source);
        return source;
    }

    private static void checkIndex(Path path) {
        Path file = path.resolve(INDEX);
        if (!ModelFiles.has(file)) {
            if (reads(path)) {
                return;
            }
            throw new UserException(file + ": no such file. Expected a Stable Diffusion model in the layout of the"
                    + " diffusers library; check the path.");
        }
        ModelConfig index = ModelConfig.read(file);
        String pipeline = index.text(CLASS, PIPELINE);
        if (!isVersion1Or2(pipeline)) {
            index.problem(CLASS, "expected a StableDiffusionPipeline (version 1 or 2), found " + pipeline);
        }
        CLASSES.forEach((component, wanted) -> {
            if (index.isList(component)) {
                String found =
                        index.raw(component).map(n -> n.path(1).asText(wanted)).orElse(wanted);
                if (!found.equals(wanted) && !found.equals(wanted + "WithProjection")) {
                    index.problem(component, "expected " + wanted + ", found " + found);
                }
            }
        });
        index.finish();
    }

    /**
     * Fails unless the parts work together, as a whole trajectory needs; each part alone can be used without.
     *
     * @throws UserException listing every misfit
     */
    void requireFit() {
        List<String> problems = new ArrayList<>();
        if (unet.textWidth() != text.width()) {
            problems.add("unet/config.json: cross_attention_dim is " + unet.textWidth()
                    + ", but the text encoder's hidden_size is " + text.width());
        }
        if (unet.inChannels() != vae.latentChannels() || unet.outChannels() != vae.latentChannels()) {
            problems.add("unet/config.json: in_channels and out_channels are " + unet.inChannels() + " and "
                    + unet.outChannels() + ", but the autoencoder's latent_channels is " + vae.latentChannels());
        }
        if (tokenizer.vocabularySize() > text.vocabularySize()) {
            problems.add("tokenizer: has " + tokenizer.vocabularySize()
                    + " entries, but the text encoder's vocab_size is " + text.vocabularySize());
        }
        if (!problems.isEmpty()) {
            throw new UserException(path + ": its parts do not fit together:\n  " + String.join("\n  ", problems));
        }
    }

    /** Tokens of a prompt. */
    int textLength() {
        return Math.min(tokenizer.maxLength(), text.maxPositions());
    }

    List<TensorSource> sources() {
        return List.copyOf(open);
    }

    @Override
    public void close() {
        open.forEach(TensorSource::close);
    }
}
