package org.tempera.nn.clip;

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
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.weights.DType;
import org.tempera.nn.weights.TensorInfo;
import org.tempera.nn.weights.TensorSource;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The names, shapes and numbers of the published CLIPs that rewards read, without their values. */
public class PublishedClipTest {
    private static final Path LISTS = Path.of("src/test/resources/published");
    private static final ClipConfig LARGE = new ClipConfig(
            new ClipVisionConfig(224, 14, 1024, 4096, 24, 16, Activation.QUICK_GELU, 1e-5),
            new ClipTextConfig(49408, 768, 3072, 12, 12, 77, Activation.QUICK_GELU, 1e-5, 49407),
            768);
    private static final ClipConfig HUGE = new ClipConfig(
            new ClipVisionConfig(224, 14, 1280, 5120, 32, 16, Activation.GELU, 1e-5),
            new ClipTextConfig(49408, 1024, 4096, 24, 16, 77, Activation.GELU, 1e-5, 49407),
            1024);

    @DataProvider
    public static Object[][] models() throws IOException {
        return new Object[][] {
            {"ViT-L/14", LARGE, new NamesOnly(LISTS.resolve("clip-l.tsv.gz")), 427_616_513L},
            {"ViT-H/14, as PickScore", HUGE, new NamesOnly(LISTS.resolve("clip-h.tsv.gz")), 986_109_441L},
            {
                "ViT-H/14 of open_clip, as HPS v2",
                HUGE,
                new OpenClipWeights(new NamesOnly(LISTS.resolve("hpsv2.tsv.gz"))),
                986_109_441L
            },
        };
    }

    @Test(dataProvider = "models")
    public void publishedTensorsAreThoseThatTheModelDeclares(
            String name, ClipConfig config, TensorSource published, long numbers) {
        ParameterInventory inventory = new ParameterInventory();
        new ClipModel(inventory, config);
        inventory.require(name, published, TensorNaming.same());
        assertThat(inventory.parameterCount()).isEqualTo(numbers);
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
                    String[] parts = line.split("\t", -1);
                    long[] shape = Arrays.stream(parts[2].split(","))
                            .filter(s -> !s.isEmpty())
                            .mapToLong(Long::parseLong)
                            .toArray();
                    infos.put(parts[0], new TensorInfo(parts[0], DType.valueOf(parts[1]), Shape.of(shape)));
                }
            }
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
