package org.tempera.imagereward;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.base.concurrent.Background;
import org.tempera.nn.blip.MedConfig;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.preprocess.ImagePreprocessing;
import org.tempera.nn.preprocess.ImagePreprocessor;
import org.tempera.nn.tokenizer.BertTokenizer;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.nn.weights.ReopenedFile;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.SharedKey;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * ImageReward 1.0 (Xu et al., 2023, arXiv:2304.05977): a number without bounds, about 0 on average and 1 in deviation
 * over the prompts and images that its raters saw.
 */
final class ImageReward implements GraphReward {
    /** Of the raw score over the authors' data, as published with the model. */
    private static final double MEAN = 0.16717362830052426;

    private static final double DEVIATION = 1.0333394966054072;

    /** Tokens of a prompt, start and end included. */
    private static final int LENGTH = 35;

    private final ImageRewardModel.Sizes sizes;
    private final ImagePreprocessing preprocessing;
    private final ReopenedFile weights;
    private final Prompts tokenizer;
    private final Background<Map<String, String>> provenance;

    ImageReward(ImageRewardConfig config) {
        Path checkpoint = config.checkpoint();
        ModelFiles.requireFile(checkpoint, "ImageReward's checkpoint (ImageReward.pt)");
        MedConfig text = MedConfig.read(config.medConfig());
        this.weights = new ReopenedFile(() -> WeightFiles.open(checkpoint, WeightFiles.TRANSFORMERS));
        this.sizes = ImageRewardModel.Sizes.of(weights, text);
        this.preprocessing = ImagePreprocessing.torchvision(sizes.vision().imageSize());
        ParameterInventory inventory = new ParameterInventory();
        new ImageRewardModel(inventory, sizes);
        inventory.require("ImageReward model", weights, ImageRewardModel.NAMING);
        this.tokenizer = new Prompts(config.vocabulary());
        if (tokenizer.tokens.vocabularySize() > text.vocabularySize()) {
            throw new UserException(config.vocabulary() + ": has " + tokenizer.tokens.vocabularySize()
                    + " tokens with [DEC] and [ENC], but the text encoder knows " + text.vocabularySize()
                    + " (vocab_size of " + config.medConfig() + "). Give the vocab.txt of bert-base-uncased.");
        }
        this.provenance = Background.start("hash-image-reward", weights::hashes);
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        Network network = scope.shared(
                new SharedKey(
                        "image-reward " + sizes,
                        String.join(",", provenance.get().values())),
                shared -> new Network(shared.child("image-reward"), this));
        Ops tf = scope.tf();
        Operand<TFloat32> pixels = ImagePreprocessor.apply(scope.child("preprocess"), preprocessing, input.images());
        Operand<TFloat32> raw = network.model.apply(new Forward(scope.child("model")), pixels, input.tokens(tokenizer));
        return tf.math.mul(tf.math.sub(raw, tf.constant((float) MEAN)), tf.constant((float) (1 / DEVIATION)));
    }

    @Override
    public Optional<String> preprocessing() {
        return Optional.of(preprocessing.description());
    }

    @Override
    public Map<String, String> provenance() {
        return new TreeMap<>(provenance.get());
    }

    /** The network's parameters in the graph, however many rewards read the same file. */
    private static final class Network {
        private final ImageRewardModel model;

        Network(GraphScope scope, ImageReward reward) {
            GraphParameters source = GraphParameters.fromFiles(scope, reward.weights, ImageRewardModel.NAMING, false);
            this.model = new ImageRewardModel(source, reward.sizes);
            reward.weights.expect(source.stored().keySet());
        }
    }

    /** Equal for the same vocabulary. What stands behind a prompt's end is -1, since a prompt may name [PAD] itself. */
    private static final class Prompts implements PromptTokenizer {
        private final Path file;
        private final BertTokenizer tokens;

        Prompts(Path file) {
            this.file = file.toAbsolutePath().normalize();
            this.tokens = BertTokenizer.load(file);
        }

        @Override
        public int[] tokenize(String prompt) {
            return tokens.encode(prompt, LENGTH, -1);
        }

        @Override
        public Optional<String> leftOut(String prompt) {
            return tokens.leftOut(prompt, LENGTH);
        }

        @Override
        public int length() {
            return LENGTH;
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Prompts p && file.equals(p.file);
        }

        @Override
        public int hashCode() {
            return file.hashCode();
        }
    }
}
