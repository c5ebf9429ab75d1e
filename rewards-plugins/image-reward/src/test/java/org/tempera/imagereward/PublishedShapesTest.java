package org.tempera.imagereward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.tempera.nn.blip.BlipVisionConfig;
import org.tempera.nn.blip.MedConfig;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.DType;
import org.tempera.nn.weights.TensorInfo;
import org.tempera.nn.weights.TensorSource;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.Test;

/** The names and shapes of the published ImageReward.pt, without its 446,665,953 numbers. */
public class PublishedShapesTest {
    private static final String MED_CONFIG =
            """
            {"architectures": ["BertModel"], "hidden_act": "gelu", "hidden_size": 768, "intermediate_size": 3072,
             "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "model_type": "bert", "num_attention_heads": 12,
             "num_hidden_layers": 12, "pad_token_id": 0, "vocab_size": 30524, "encoder_width": 768,
             "add_cross_attention": true}
            """;

    @Test
    public void publishedTensorsAreThoseThatTheModelDeclares() throws IOException {
        NamesOnly file = new NamesOnly(Path.of("src/test/resources/image-reward.tsv.gz"));
        assertThat(file.numbers()).isEqualTo(446_665_953L);
        Path config = Files.writeString(Files.createTempFile("med", ".json"), MED_CONFIG);
        ImageRewardModel.Sizes sizes = ImageRewardModel.Sizes.of(file, MedConfig.read(config));
        assertThat(sizes.vision()).isEqualTo(new BlipVisionConfig(224, 16, 1024, 4096, 24));
        assertThat(sizes.vision().heads()).isEqualTo(16);
        assertThat(sizes.maps().stream().map(ImageRewardModel.AffineMap::out)).containsExactly(1024, 128, 64, 16, 1);
        ParameterInventory inventory = new ParameterInventory();
        new ImageRewardModel(inventory, sizes);
        inventory.require("ImageReward model", file, ImageRewardModel.NAMING);
        // All but the two projections that only BLIP's own training used, 1024 and 768 to 256.
        assertThat(inventory.parameterCount()).isEqualTo(446_665_953L - 256 * (1024 + 768 + 2));
    }

    /** Lines of name, dtype and shape. */
    private static final class NamesOnly implements TensorSource {
        private final Path path;
        private final Map<String, TensorInfo> infos = new TreeMap<>();

        NamesOnly(Path path) throws IOException {
            this.path = path;
            try (BufferedReader in = new BufferedReader(
                    new InputStreamReader(new GZIPInputStream(Files.newInputStream(path)), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String[] parts = line.split("\t");
                    long[] shape = Arrays.stream(parts[2].split(","))
                            .mapToLong(Long::parseLong)
                            .toArray();
                    infos.put(parts[0], new TensorInfo(parts[0], DType.valueOf(parts[1]), Shape.of(shape)));
                }
            }
        }

        long numbers() {
            return infos.values().stream()
                    .filter(i -> i.dtype() == DType.F32)
                    .mapToLong(i -> i.shape().size())
                    .sum();
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public Set<String> names() {
            return infos.keySet();
        }

        @Override
        public TensorInfo info(String name) {
            return Objects.requireNonNull(infos.get(name));
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public void readFloats(String name, FloatBuffer target) {
            throw new UnsupportedOperationException("names and shapes only");
        }

        @Override
        public long[] readLongs(String name) {
            throw new UnsupportedOperationException("names and shapes only");
        }

        @Override
        public void close() {}
    }
}
