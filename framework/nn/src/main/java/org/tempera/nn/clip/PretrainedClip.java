package org.tempera.nn.clip;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.tempera.base.concurrent.Background;
import org.tempera.base.files.FoundPath;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.preprocess.ImagePreprocessing;
import org.tempera.nn.preprocess.ImagePreprocessor;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.nn.tokenizer.TextCleaning;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.nn.weights.ReopenedFile;
import org.tempera.nn.weights.TensorSource;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.SharedKey;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A frozen CLIP in a transformers folder (a whole model, or a vision tower with its projection) or an open_clip
 * checkpoint, as rewards and critics use it.
 *
 * <p>However many of them open the folder, or another with equal weights, a graph holds each tower once, and the same
 * images are embedded once.
 */
public final class PretrainedClip {
    /** Buffers that transformers stored before 4.31, and never reads. */
    private static final TensorNaming NAMING = TensorNaming.ignoring(
            Set.of("text_model.embeddings.position_ids", "vision_model.embeddings.position_ids")::contains);

    private final Path folder;
    private final ClipVisionConfig vision;
    private final Optional<ClipTextConfig> text;
    private final int projection;
    private final Optional<ImagePreprocessing> preprocessing;
    private final Optional<Path> tokenizer;
    private final TextCleaning cleaning;
    private final ReopenedFile weights;
    private final Background<Map<String, String>> provenance;

    private PretrainedClip(
            Path folder,
            ClipVisionConfig vision,
            Optional<ClipTextConfig> text,
            int projection,
            Optional<ImagePreprocessing> preprocessing,
            Optional<Path> tokenizer,
            TextCleaning cleaning,
            Supplier<TensorSource> weights) {
        this.folder = folder;
        this.vision = vision;
        this.text = text;
        this.projection = projection;
        this.preprocessing = preprocessing;
        this.tokenizer = tokenizer;
        this.cleaning = cleaning;
        this.weights = new ReopenedFile(weights);
        requireWeights();
        this.provenance = Background.start("hash-clip", this.weights::hashes);
    }

    /**
     * Reads a folder's configuration and checks that its weights fit.
     *
     * @throws UserException if the folder is missing, is another model's, or its files do not fit together
     */
    public static PretrainedClip open(Path folder) {
        return open(folder, true);
    }

    /**
     * As {@link #open(Path)}; the towers alone do not need {@code preprocessor_config.json}.
     *
     * @param images whether {@link #embedImages} will be used
     */
    public static PretrainedClip open(Path folder, boolean images) {
        ModelFiles.requireOpen(folder);
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + ": expected the folder of a CLIP model as transformers writes it, found "
                    + FoundPath.words(folder) + ". Check the path.");
        }
        if (Files.isRegularFile(folder.resolve("model_index.json"))) {
            throw new UserException(folder + ": expected the folder of a CLIP model as transformers writes it, found a"
                    + " diffusion model (it has a model_index.json). Give a CLIP, such as a copy of"
                    + " openai/clip-vit-large-patch14.");
        }
        ModelConfig c = ModelConfig.read(folder.resolve("config.json"));
        String type = c.text("model_type", "clip");
        boolean both = type.equals("clip");
        if (!both && !type.equals("clip_vision_model")) {
            throw new UserException(c.file() + ": model_type: expected \"clip\" or \"clip_vision_model\", found \""
                    + type + "\". This folder holds another architecture; give the folder of a CLIP model.");
        }
        ClipVisionConfig vision = ClipVisionConfig.read(both ? part(c, "vision_config") : c);
        Optional<ClipTextConfig> text =
                both ? Optional.of(ClipTextConfig.read(part(c, "text_config"))) : Optional.empty();
        int projection = c.positive("projection_dim", 512, ModelConfig.MOST_WIDTH);
        c.finish();
        return new PretrainedClip(
                folder,
                vision,
                text,
                projection,
                images ? Optional.of(ImagePreprocessing.read(folder)) : Optional.empty(),
                Optional.of(folder),
                TextCleaning.TRANSFORMERS,
                () -> WeightFiles.open(folder, WeightFiles.TRANSFORMERS));
    }

    /**
     * Reads an open_clip checkpoint, whose images are prepared and texts cleaned and padded as open_clip does.
     *
     * @param checkpoint the {@code .pt}, {@code .bin} or safetensors file
     * @param tokenizer folder with {@code vocab.json} and {@code merges.txt}; absent, CLIP's published vocabulary
     * @throws UserException if a file is missing or damaged, or they do not fit together
     */
    public static PretrainedClip openClip(
            Path checkpoint, OpenClipArchitecture architecture, Optional<Path> tokenizer) {
        ModelFiles.requireFile(checkpoint, "an open_clip checkpoint (.pt, .bin or .safetensors)");
        ClipConfig sizes = architecture.sizes();
        return new PretrainedClip(
                checkpoint,
                sizes.vision(),
                Optional.of(sizes.text()),
                sizes.projection(),
                Optional.of(architecture.preprocessing()),
                tokenizer,
                TextCleaning.OPEN_CLIP,
                () -> new OpenClipWeights(WeightFiles.open(checkpoint, WeightFiles.TRANSFORMERS)));
    }

    /** Early configurations have a second block, which wins. */
    private static ModelConfig part(ModelConfig c, String key) {
        return c.child(c.present(key + "_dict") ? key + "_dict" : key);
    }

    private void requireWeights() {
        ParameterInventory inventory = new ParameterInventory();
        if (text.isPresent()) {
            new ClipModel(inventory, new ClipConfig(vision, text.get(), projection));
        } else {
            new ClipVisionModel(inventory, vision);
            new Linear(inventory.child("visual_projection"), vision.width(), projection, false);
        }
        inventory.require("CLIP model", weights, NAMING);
    }

    /** Width of the embeddings. */
    public int embeddingWidth() {
        return projection;
    }

    /** The folder, or the file of an open_clip checkpoint. */
    public Path folder() {
        return folder;
    }

    /** Rows and columns of the pixels that the vision tower reads. */
    public int imageSize() {
        return vision.imageSize();
    }

    /** Entries of the text tower's token table: ids are below. */
    public int vocabularySize() {
        return requireText().vocabularySize();
    }

    /** Entries of the text tower's position table: the longest text in tokens. */
    public int maxPositions() {
        return requireText().maxPositions();
    }

    /** Weight files to SHA-256. */
    public Map<String, String> provenance() {
        return new TreeMap<>(provenance.get());
    }

    /** What {@link #embedImages} does to an image first, in words. */
    public Optional<String> preprocessing() {
        return preprocessing.map(ImagePreprocessing::description);
    }

    /**
     * Embeddings of images, after the projection, not of unit length. The same operand gives the same embeddings,
     * computed once.
     *
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}, of any size
     * @return {@code [batch, embeddingWidth]}
     */
    public Operand<TFloat32> embedImages(GraphScope scope, Operand<TFloat32> images) {
        ImagePreprocessing how = preprocessing.orElseThrow(
                () -> new IllegalStateException("this CLIP was opened for pixels, not for images"));
        ImagePreprocessing.Size size = how.output(new ImagePreprocessing.Size(
                (int) images.shape().get(1), (int) images.shape().get(2)));
        if (size.height() != vision.imageSize() || size.width() != vision.imageSize()) {
            throw new UserException(folder.resolve(ImagePreprocessing.FILE) + ": images of "
                    + images.shape().get(1)
                    + "x" + images.shape().get(2) + " become " + size.height() + "x" + size.width()
                    + ", but the vision tower reads " + vision.imageSize() + "x" + vision.imageSize()
                    + ". Do the files belong to one model?");
        }
        VisionTower tower = visionTower(scope);
        return tower.embeddings.computeIfAbsent(
                new ImagesKey(images.asOutput(), how),
                key -> tower.embed(ImagePreprocessor.apply(tower.scope.child("preprocess"), how, images)));
    }

    /** {@link #embedImages} with rows of Euclidean length 1. */
    public Operand<TFloat32> embedImagesUnit(GraphScope scope, Operand<TFloat32> images) {
        return ClipModel.unit(new Forward(scope), embedImages(scope, images));
    }

    /**
     * Embeddings of pixels, after the projection, not of unit length.
     *
     * @param pixels preprocessed, {@code [batch, imageSize, imageSize, 3]}
     * @return {@code [batch, embeddingWidth]}
     */
    public Operand<TFloat32> embedPixels(GraphScope scope, Operand<TFloat32> pixels) {
        return visionTower(scope).embed(pixels);
    }

    /** Rows divided by their Euclidean lengths. */
    public Operand<TFloat32> unit(GraphScope scope, Operand<TFloat32> embeddings) {
        return ClipModel.unit(new Forward(scope), embeddings);
    }

    /**
     * Embeddings of texts, after the projection, not of unit length. The same operand gives the same embeddings.
     *
     * @param ids {@code [batch, tokens]}
     * @return {@code [batch, embeddingWidth]}
     */
    public Operand<TFloat32> embedTexts(GraphScope scope, Operand<TInt32> ids) {
        TextTower tower = textTower(scope);
        return tower.embeddings.computeIfAbsent(ids.asOutput(), key -> tower.embed(ids));
    }

    /** {@link #embedTexts} with rows of Euclidean length 1. */
    public Operand<TFloat32> embedTextsUnit(GraphScope scope, Operand<TInt32> ids) {
        return ClipModel.unit(new Forward(scope), embedTexts(scope, ids));
    }

    /** The temperature that the model was trained with, exp(logit_scale): a scalar. */
    public Operand<TFloat32> logitScale(GraphScope scope) {
        requireText();
        return scope.shared(new SharedKey("clip-logit-scale", weightsHash()), shared -> {
            GraphParameters source = parameters(shared);
            Operand<TFloat32> log = source.weight(
                            "logit_scale", Layout.SAME, Shape.scalar(), new Initializer.Constant(0))
                    .value(new Forward(shared).weights());
            weights.expect(source.stored().keySet());
            return shared.tf().math.exp(log);
        });
    }

    /**
     * The model's own tokenizer.
     *
     * @throws UserException if there is none, or one whose tokens the text tower does not know
     */
    public PromptTokenizer tokenizer() {
        ClipTextConfig config = requireText();
        ClipTokenizer tokens = tokenizer
                .map(files -> ClipTokenizer.load(files, cleaning))
                .orElseGet(() -> ClipTokenizer.published(cleaning));
        if (tokens.vocabularySize() > config.vocabularySize()) {
            throw new UserException(
                    tokenizer.map(files -> files + ": its tokenizer").orElse("CLIP's own tokenizer")
                            + " has " + tokens.vocabularySize() + " tokens, but the text tower of " + folder + " knows "
                            + config.vocabularySize() + ". Do the files belong to one model?");
        }
        int length = cleaning == TextCleaning.OPEN_CLIP
                ? config.maxPositions()
                : Math.min(tokens.maxLength(), config.maxPositions());
        return new Prompts(tokenizer.map(files -> files.toAbsolutePath().normalize()), cleaning, length, tokens);
    }

    private ClipTextConfig requireText() {
        return text.orElseThrow(() -> new UserException(folder
                + ": has a vision tower only, but prompts are to be embedded. Give the folder of a whole CLIP model."));
    }

    private VisionTower visionTower(GraphScope scope) {
        return scope.shared(
                new SharedKey("clip-vision " + vision + " " + projection, weightsHash()),
                shared -> new VisionTower(shared.child("tower"), this));
    }

    private TextTower textTower(GraphScope scope) {
        ClipTextConfig config = requireText();
        return scope.shared(
                new SharedKey("clip-text " + config + " " + projection, weightsHash()),
                shared -> new TextTower(shared.child("tower"), this, config));
    }

    private String weightsHash() {
        return String.join(",", provenance.get().values());
    }

    private GraphParameters parameters(GraphScope scope) {
        return GraphParameters.fromFiles(scope, weights, NAMING, false);
    }

    private record ImagesKey(Output<TFloat32> images, ImagePreprocessing how) {}

    /** A tower in the graph and the embeddings that were asked of it. */
    private static final class VisionTower {
        private final GraphScope scope;
        private final ClipVisionModel model;
        private final Linear projection;
        private final Map<ImagesKey, Operand<TFloat32>> embeddings = new LinkedHashMap<>();

        VisionTower(GraphScope scope, PretrainedClip clip) {
            this.scope = scope;
            GraphParameters source = clip.parameters(scope);
            this.model = new ClipVisionModel(source, clip.vision);
            this.projection =
                    new Linear(source.child("visual_projection"), clip.vision.width(), clip.projection, false);
            clip.weights.expect(source.stored().keySet());
        }

        Operand<TFloat32> embed(Operand<TFloat32> pixels) {
            Forward f = new Forward(scope.child("image"));
            return projection.apply(f, model.pooled(f, model.apply(f, pixels)));
        }
    }

    private static final class TextTower {
        private final GraphScope scope;
        private final ClipTextModel model;
        private final Linear projection;
        private final Map<Output<TInt32>, Operand<TFloat32>> embeddings = new LinkedHashMap<>();

        TextTower(GraphScope scope, PretrainedClip clip, ClipTextConfig config) {
            this.scope = scope;
            GraphParameters source = clip.parameters(scope);
            this.model = new ClipTextModel(source, config);
            this.projection = new Linear(source.child("text_projection"), config.width(), clip.projection, false);
            clip.weights.expect(source.stored().keySet());
        }

        Operand<TFloat32> embed(Operand<TInt32> ids) {
            Forward f = new Forward(scope.child("text"));
            return projection.apply(f, model.pooled(f, model.apply(f, ids), ids));
        }
    }

    /** Equal for the same files. */
    private static final class Prompts implements PromptTokenizer {
        private final Optional<Path> folder;
        private final TextCleaning cleaning;
        private final int length;
        private final ClipTokenizer tokenizer;

        Prompts(Optional<Path> folder, TextCleaning cleaning, int length, ClipTokenizer tokenizer) {
            this.folder = folder;
            this.cleaning = cleaning;
            this.length = length;
            this.tokenizer = tokenizer;
        }

        @Override
        public int[] tokenize(String prompt) {
            return tokenizer.encode(prompt, length);
        }

        @Override
        public Optional<String> leftOut(String prompt) {
            return tokenizer.leftOut(prompt, length);
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Prompts t && folder.equals(t.folder) && cleaning == t.cleaning && length == t.length;
        }

        @Override
        public int hashCode() {
            return 31 * folder.hashCode() + length;
        }
    }
}
