package org.tempera.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.tempera.nn.clip.ClipConfig;
import org.tempera.nn.clip.ClipModel;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.clip.ClipVisionConfig;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.tokenizer.BpeVocabularyBuilder;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tensorflow.ndarray.Shape;

/** A CLIP of a few thousand random numbers in transformers' layout, for tests of whatever opens one. */
public final class TinyClip {
    /** Rows and columns of the pixels that its vision tower reads. */
    public static final int IMAGE_SIZE = 16;

    /** Width of its embeddings. */
    public static final int EMBEDDING_WIDTH = 6;

    private static final int WIDTH = 8;
    private static final int TOKENS = 16;

    private TinyClip() {}

    /**
     * Writes the model's folder: configurations, weights that follow from the seed, tokenizer.
     *
     * @return the folder
     */
    public static Path write(Path folder, long seed) {
        try {
            Files.createDirectories(folder);
            int vocabulary = new BpeVocabularyBuilder()
                    .addText("a cat, a dog and two horses in the sun")
                    .maxLength(TOKENS)
                    .write(folder);
            ClipConfig config = new ClipConfig(
                    new ClipVisionConfig(IMAGE_SIZE, 8, WIDTH, 12, 2, 2, Activation.QUICK_GELU, 1e-5),
                    new ClipTextConfig(
                            vocabulary, WIDTH, 12, 2, 2, TOKENS, Activation.QUICK_GELU, 1e-5, vocabulary - 1),
                    EMBEDDING_WIDTH);
            Files.writeString(
                    folder.resolve("config.json"),
                    String.format(
                            Locale.ROOT,
                            """
                    {"model_type": "clip", "projection_dim": %d,
                     "text_config": {"vocab_size": %d, "hidden_size": %d, "intermediate_size": 12, "num_hidden_layers": 2,
                       "num_attention_heads": 2, "max_position_embeddings": %d, "eos_token_id": %d},
                     "vision_config": {"hidden_size": %d, "intermediate_size": 12, "num_hidden_layers": 2,
                       "num_attention_heads": 2, "image_size": %d, "patch_size": 8}}
                    """,
                            EMBEDDING_WIDTH,
                            vocabulary,
                            WIDTH,
                            TOKENS,
                            vocabulary - 1,
                            WIDTH,
                            IMAGE_SIZE));
            Files.writeString(
                    folder.resolve("preprocessor_config.json"),
                    String.format(
                            Locale.ROOT,
                            "{\"size\": {\"shortest_edge\": %1$d}, \"crop_size\": {\"height\": %1$d, \"width\": %1$d}}\n",
                            IMAGE_SIZE));
            writeWeights(folder.resolve("model.safetensors"), config, seed);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeWeights(Path file, ClipConfig config, long seed) {
        ParameterInventory inventory = new ParameterInventory();
        new ClipModel(inventory, config);
        SafetensorsWriter writer = new SafetensorsWriter();
        Random random = new Random(seed);
        Map<String, ParameterInventory.Entry> entries = inventory.entries();
        for (String name : inventory.names()) {
            Shape shape = requireNonNull(entries.get(name)).fileShape();
            boolean normScale = name.contains("norm") && name.endsWith(".weight");
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((normScale ? 1 : 0) + 0.3 * random.nextGaussian());
            }
            writer.addFloats(name, shape, values);
        }
        writer.write(file);
    }

    /** Writes a head of one affine layer, of random weights that follow from the seed. */
    public static Path writeHead(Path file, int width, long seed) {
        Random random = new Random(seed);
        float[] weight = new float[width];
        for (int i = 0; i < width; i++) {
            weight[i] = (float) random.nextGaussian();
        }
        new SafetensorsWriter()
                .addFloats("weight", Shape.of(1, width), weight)
                .addFloats("bias", Shape.of(1), new float[] {(float) random.nextGaussian()})
                .write(file);
        return file;
    }
}
