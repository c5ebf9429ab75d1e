package org.tempera.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.ndarray.Shape;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** When prompts are encoded, the encoder's memory is there for the run: TensorFlow keeps it, and gives it out again. */
public class EncoderMemoryTest {
    private static final int ROWS = 48 << 10;
    private static final int WIDTH = 1 << 10;

    /** 192 MiB. */
    private static final long BYTES = 4L * ROWS * WIDTH;

    @Test
    public void whatIsBuiltAfterwardsTakesTheEncodersMemory() throws IOException, InterruptedException {
        residentBytes(); // or skip
        // A process of its own, with a heap that is there from the start: what others compute does not count.
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EncoderMemoryTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        Matcher told = Pattern.compile("(?m)^grown by (-?\\d+)$").matcher(output);
        assertThat(told.find()).as(output).isTrue();
        assertThat(Long.parseLong(told.group(1)))
                .as("of %d bytes of the encoder, and as many of what was built", BYTES)
                .isLessThan(BYTES + BYTES / 2);
    }

    /** Encodes, builds, and tells by how much the process has grown. */
    public static void main(String[] none) throws IOException {
        // TensorFlow's own memory comes with its first session.
        new TextEmbeddings(encoder(new Large(1)), Optional.empty(), List.of("a")).close();
        long before = residentBytes();
        try (TextEmbeddings text = new TextEmbeddings(encoder(new Large(ROWS)), Optional.empty(), List.of("a", "b"));
                TrainingGraph graph = new TrainingGraph(1)) {
            assertThat(text.of(List.of("b")).tensors()).containsOnlyKeys(Conditioning.TEXT_STATES);
            new Large(ROWS).build(graph.scope());
            graph.seal(new ThreadSettings(1, 1));
            System.out.println("grown by " + (residentBytes() - before));
        }
    }

    private static PromptEncoder encoder(TextEncoder encoder) {
        return new PromptEncoder(encoder, 1, new ThreadSettings(1, 1));
    }

    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            throw new SkipException("this system does not tell how much memory a process has");
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow(() -> new SkipException("this system does not tell how much memory is a process's own"));
    }

    /** A table of many rows, of which a prompt reads one. */
    private record Large(int rows) implements TextEncoder {
        @Override
        public List<PromptTokenizer> tokenizers() {
            return List.of(new Length());
        }

        @Override
        public Map<String, Shape> shapes() {
            return Map.of(Conditioning.TEXT_STATES, Shape.of(1, WIDTH));
        }

        @Override
        public TextNetwork build(GraphScope scope) {
            // A tensor at a time, as from a file.
            Parameter table = scope.parameter(
                    "table",
                    Shape.of(rows, WIDTH),
                    Initializer.values(target -> {
                        while (target.hasRemaining()) {
                            target.put(0.5f);
                        }
                    }),
                    false);
            return (at, ids) -> Conditioning.ofTextStates(
                    at.tf().gather(table.value(), ids.get(0), at.tf().constant(0)));
        }

        @Override
        public long parameterCount() {
            return (long) rows * WIDTH;
        }
    }

    private record Length() implements PromptTokenizer {
        @Override
        public int[] tokenize(String prompt) {
            return new int[] {0};
        }

        @Override
        public int length() {
            return 1;
        }
    }
}
