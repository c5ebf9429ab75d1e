package org.example.flow;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.diffusers.flow.FlowConfig;
import org.tempera.diffusers.flow.FlowConfig.Spacing;
import org.tempera.diffusers.folder.FolderReader;
import org.tempera.diffusers.folder.Part;
import org.tempera.diffusers.folder.PartKind;
import org.tempera.diffusers.folder.PipelineIndex;
import org.tempera.diffusers.vae.VaeConfig;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.nn.weights.WeightFiles;

/** The model's folder, read and checked; its files stay open. */
final class FlowFolder implements AutoCloseable {
    static final String PIPELINE = "PairedFlowPipeline";

    static final PartKind<FlowTransformer.Settings> TRANSFORMER = new PartKind<>(
            "denoiser",
            WeightFiles.DIFFUSERS,
            TensorNaming.same(),
            FlowTransformer.Settings::read,
            FlowTransformer::new);

    final Path path;
    final FolderReader reader;
    final Part<FlowTransformer.Settings> transformer;
    final Part<VaeConfig> vae;
    final Part<ClipTextConfig> first;
    final Part<ClipTextConfig> second;
    final ClipTokenizer firstWords;
    final ClipTokenizer secondWords;
    final FlowConfig scheduler;

    FlowFolder(Path path) {
        this.path = path;
        this.reader = FolderReader.of(path, "a model of paired flow");
        reader.check(() -> checkIndex(path));
        Optional<Part<FlowTransformer.Settings>> denoiser = reader.part("transformer", TRANSFORMER);
        Optional<Part<VaeConfig>> autoencoder = reader.part("vae", PartKind.autoencoder(VaeConfig::readShifted));
        Optional<Part<ClipTextConfig>> one = reader.part("text_encoder", PartKind.clipText());
        Optional<Part<ClipTextConfig>> other = reader.part("text_encoder_2", PartKind.clipText());
        Optional<ClipTokenizer> words = reader.attempt(() -> ClipTokenizer.load(path.resolve("tokenizer")));
        Optional<ClipTokenizer> otherWords = reader.attempt(() -> ClipTokenizer.load(path.resolve("tokenizer_2")));
        Optional<FlowConfig> levels =
                reader.config("scheduler/scheduler_config.json", c -> FlowConfig.read(c, Spacing.TO_LEAST_TRAINED));
        reader.requireSound();
        this.transformer = denoiser.orElseThrow();
        this.vae = autoencoder.orElseThrow();
        this.first = one.orElseThrow();
        this.second = other.orElseThrow();
        this.firstWords = words.orElseThrow();
        this.secondWords = otherWords.orElseThrow();
        this.scheduler = levels.orElseThrow();
    }

    private static void checkIndex(Path path) {
        PipelineIndex index = PipelineIndex.read(path);
        if (!index.pipeline().equals(Optional.of(PIPELINE))) {
            index.refusePipeline(PIPELINE);
        }
        index.requireClass("vae", "AutoencoderKL");
        index.requireClass("text_encoder", "CLIPTextModel");
        index.requireClass("text_encoder_2", "CLIPTextModel");
        index.finish();
    }

    @Override
    public void close() {
        reader.close();
    }
}
