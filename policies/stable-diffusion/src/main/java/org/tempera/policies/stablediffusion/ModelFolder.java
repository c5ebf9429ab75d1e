package org.tempera.policies.stablediffusion;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.base.concurrent.Background;
import org.tempera.diffusers.ddim.DdimConfig;
import org.tempera.diffusers.folder.FolderReader;
import org.tempera.diffusers.folder.Part;
import org.tempera.diffusers.folder.PartKind;
import org.tempera.diffusers.folder.PipelineIndex;
import org.tempera.diffusers.vae.AutoencoderConfig;
import org.tempera.nn.clip.ClipTextConfig;
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
    private static final String PIPELINE = "StableDiffusionPipeline";

    /** The same parts, a scheduler of few steps, and a denoiser that is told the guidance scale. */
    private static final String FEW_STEPS = "LatentConsistencyModelPipeline";

    private static final PartKind<UNetConfig> UNET =
            new PartKind<>("denoiser", WeightFiles.DIFFUSERS, TensorNaming.same(), UNetConfigReader::read, UNet::new);
    private static final PartKind<AutoencoderConfig> VAE = PartKind.autoencoder(AutoencoderConfig::read);

    final Path path;
    final Part<UNetConfig> unet;
    final Part<AutoencoderConfig> vae;
    final Part<ClipTextConfig> text;
    final DdimConfig scheduler;
    final ClipTokenizer tokenizer;

    private final FolderReader reader;

    private ModelFolder(Path path) {
        this.path = path;
        this.reader = FolderReader.of(path, "a Stable Diffusion model");
        // Half a second where the vocabulary is CLIP's, of which nothing is needed before the first prompt.
        Background<ClipTokenizer> vocabulary =
                Background.start("load-tokenizer", () -> ClipTokenizer.load(path.resolve("tokenizer")));
        reader.check(() -> checkIndex(path));
        Optional<Part<UNetConfig>> denoiser = reader.part("unet", UNET);
        Optional<Part<AutoencoderConfig>> autoencoder = reader.part("vae", VAE);
        Optional<Part<ClipTextConfig>> encoder = reader.part("text_encoder", PartKind.clipText());
        Optional<DdimConfig> ddim = reader.config("scheduler/scheduler_config.json", DdimConfig::readAsNamed);
        Optional<ClipTokenizer> words = reader.attempt(vocabulary::get);
        reader.requireSound();
        this.unet = denoiser.orElseThrow();
        this.vae = autoencoder.orElseThrow();
        this.text = encoder.orElseThrow();
        this.scheduler = ddim.orElseThrow();
        this.tokenizer = words.orElseThrow();
    }

    /**
     * Opens and checks a folder.
     *
     * @throws UserException with the problems of all its parts
     */
    static ModelFolder open(Path path) {
        return new ModelFolder(path);
    }

    /** Rows and columns of a picture. */
    record Size(int height, int width) {}

    /** The size that a folder's model was made for, read from its settings alone; empty where these are missing. */
    static Optional<Size> ownSize(Path path) {
        Path unetFile = path.resolve("unet").resolve(PartKind.CONFIG);
        Path vaeFile = path.resolve("vae").resolve(PartKind.CONFIG);
        if (!ModelFiles.has(unetFile) || !ModelFiles.has(vaeFile)) {
            return Optional.empty();
        }
        UNetConfig unet = FolderReader.config(unetFile, UNET.config());
        int factor = FolderReader.config(vaeFile, VAE.config()).factor();
        return Optional.of(new Size(unet.sampleHeight() * factor, unet.sampleWidth() * factor));
    }

    /** Whether a folder is one, by the class that its index names; a damaged index is for {@link #open} to tell. */
    static boolean reads(Path path) {
        if (!PipelineIndex.isIn(path)) {
            return Files.isDirectory(path.resolve("unet")) || PipelineIndex.isNamedIn(path);
        }
        return otherPipeline(path).isEmpty();
    }

    /** The class that a folder's index names, where it is of another pipeline; empty where there is none to be read. */
    static Optional<String> otherPipeline(Path path) {
        return PipelineIndex.pipeline(path).filter(name -> !isVersion1Or2(name));
    }

    private static boolean isVersion1Or2(String pipeline) {
        return pipeline.equals(FEW_STEPS) || isStableDiffusion1Or2(pipeline);
    }

    private static boolean isStableDiffusion1Or2(String pipeline) {
        return pipeline.startsWith("StableDiffusion")
                && !pipeline.startsWith("StableDiffusion3")
                && !pipeline.startsWith("StableDiffusionXL");
    }

    private static void checkIndex(Path path) {
        if (!PipelineIndex.isIn(path)) {
            if (reads(path)) {
                return;
            }
            throw new UserException(
                    PipelineIndex.file(path) + ": no such file. Expected a Stable Diffusion model in the layout of the"
                            + " diffusers library; check the path.");
        }
        PipelineIndex index = PipelineIndex.read(path);
        if (!isVersion1Or2(index.pipeline().orElse(PIPELINE))) {
            index.refusePipeline("a StableDiffusionPipeline (version 1 or 2) or " + FEW_STEPS);
        }
        index.requireClass("unet", "UNet2DConditionModel");
        index.requireClass("vae", "AutoencoderKL", "AutoencoderTiny");
        index.requireClass("text_encoder", "CLIPTextModel");
        index.finish();
    }

    /**
     * Fails unless the parts work together, as a whole trajectory needs; each part alone can be used without.
     *
     * @throws UserException listing every misfit
     */
    void requireFit() {
        List<String> problems = new ArrayList<>();
        UNetConfig denoiser = unet.config();
        int latents = vae.config().latentChannels();
        if (denoiser.textWidth() != text.config().width()) {
            problems.add("unet/config.json: cross_attention_dim is " + denoiser.textWidth()
                    + ", but the text encoder's hidden_size is " + text.config().width());
        }
        if (denoiser.inChannels() != latents || denoiser.outChannels() != latents) {
            problems.add("unet/config.json: in_channels and out_channels are " + denoiser.inChannels() + " and "
                    + denoiser.outChannels() + ", but the autoencoder's latent_channels is " + latents);
        }
        if (tokenizer.vocabularySize() > text.config().vocabularySize()) {
            problems.add(
                    "tokenizer: has " + tokenizer.vocabularySize() + " entries, but the text encoder's vocab_size is "
                            + text.config().vocabularySize());
        }
        if (!problems.isEmpty()) {
            throw new UserException(path + ": its parts do not fit together:\n  " + String.join("\n  ", problems));
        }
    }

    /** Tokens of a prompt. */
    int textLength() {
        return Math.min(tokenizer.maxLength(), text.config().maxPositions());
    }

    List<TensorSource> sources() {
        return reader.sources();
    }

    @Override
    public void close() {
        reader.close();
    }
}
