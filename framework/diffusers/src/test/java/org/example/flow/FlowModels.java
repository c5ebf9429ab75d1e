package org.example.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.tempera.diffusers.folder.FolderReader;
import org.tempera.diffusers.folder.PartKind;
import org.tempera.diffusers.vae.VaeConfig;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.tokenizer.BpeVocabularyBuilder;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tensorflow.ndarray.Shape;

/** Makes small models of random weights. */
final class FlowModels {
    private static final String TEXT = "{\"vocab_size\": %d, \"hidden_size\": 8, \"intermediate_size\": 16,"
            + " \"num_hidden_layers\": 1, \"num_attention_heads\": 2, \"max_position_embeddings\": %d,"
            + " \"eos_token_id\": %d}";

    private FlowModels() {}

    /** Writes a whole folder. */
    static Path write(Path folder) throws IOException {
        return write(folder, Set.of());
    }

    /** Writes a whole folder, in which some layers give nothing. */
    static Path write(Path folder, Set<String> silent) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("model_index.json"),
                "{\"_class_name\": \"PairedFlowPipeline\", \"vae\": [\"diffusers\", \"AutoencoderKL\"],"
                        + " \"text_encoder\": [\"transformers\", \"CLIPTextModel\"],"
                        + " \"text_encoder_2\": [\"transformers\", \"CLIPTextModel\"]}");
        Files.createDirectories(folder.resolve("scheduler"));
        Files.writeString(
                folder.resolve("scheduler/scheduler_config.json"),
                "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\","
                        + " \"num_train_timesteps\": 1000, \"shift\": 3.0}");
        int first = words(folder.resolve("tokenizer"), "a cat a dog a bird in the sun", 8);
        int second = words(folder.resolve("tokenizer_2"), "red cat blue dog", 10);
        part(
                folder,
                silent,
                "text_encoder",
                PartKind.clipText(),
                String.format(Locale.ROOT, TEXT, first, 8, first - 1));
        part(
                folder,
                silent,
                "text_encoder_2",
                PartKind.clipText(),
                String.format(Locale.ROOT, TEXT, second, 10, second - 1));
        part(
                folder,
                silent,
                "vae",
                PartKind.autoencoder(VaeConfig::readShifted),
                "{\"block_out_channels\": [4, 4], \"layers_per_block\": 1, \"norm_num_groups\": 2,"
                        + " \"latent_channels\": 4,"
                        + " \"down_block_types\": [\"DownEncoderBlock2D\", \"DownEncoderBlock2D\"],"
                        + " \"up_block_types\": [\"UpDecoderBlock2D\", \"UpDecoderBlock2D\"],"
                        + " \"scaling_factor\": 1.5, \"shift_factor\": 0.06, \"use_quant_conv\": false,"
                        + " \"use_post_quant_conv\": false}");
        part(folder, silent, "transformer", FlowFolder.TRANSFORMER, "{\"width\": 8, \"text_width\": 8}");
        return folder;
    }

    private static int words(Path folder, String text, int length) throws IOException {
        Files.createDirectories(folder);
        return new BpeVocabularyBuilder().addText(text).maxLength(length).write(folder);
    }

    private static <C> void part(Path folder, Set<String> silent, String name, PartKind<C> kind, String json)
            throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Path config = own.resolve(PartKind.CONFIG);
        Files.writeString(config, json);
        ParameterInventory inventory = new ParameterInventory();
        kind.declare().accept(inventory, FolderReader.config(config, kind.config()));
        Random random = new Random(name.hashCode());
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String tensor : inventory.names()) {
            Shape shape = inventory.entries().get(tensor).fileShape();
            float[] values = values(random, tensor, shape);
            boolean isSilent = silent.contains(tensor.substring(0, tensor.lastIndexOf('.')));
            writer.addFloats(tensor, shape, isSilent ? new float[values.length] : values);
        }
        writer.write(own.resolve(kind.files() + ".safetensors"));
    }

    /** As layers are usually begun: norms at one, biases at zero, matrices by their fan-in. */
    private static float[] values(Random random, String name, Shape shape) {
        float[] values = new float[Math.toIntExact(shape.size())];
        boolean vector = shape.numDimensions() == 1;
        double deviation = vector ? 0 : Math.sqrt((double) shape.get(0) / values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = vector ? (name.endsWith(".weight") ? 1 : 0) : (float) (deviation * random.nextGaussian());
        }
        return values;
    }
}
