package org.tempera.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What prompts were encoded to comes back from the disk with the same bits, or is encoded again. */
public class TextCacheTest {
    private static final List<String> PROMPTS = List.of("a cat", "a dog", "");
    private static final List<String> KEYS = List.of("a".repeat(64), "b".repeat(64), "c".repeat(64), "d".repeat(64));
    private static final ThreadSettings ONE = new ThreadSettings(1, 1);

    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("text-cache").resolve("made").resolve("when needed");
    }

    @AfterMethod
    public void deleteFolder() throws IOException {
        try (Stream<Path> all = Files.walk(folder.getParent().getParent())) {
            for (Path p : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    public void whatIsReadHasTheBitsOfWhatWasEncoded() throws IOException {
        Map<String, TextStates> without =
                new PromptEncoder(new CountedEncoder("x"), 7, ONE, Precision.FLOAT32, Optional.empty()).encode(PROMPTS);
        CountedEncoder first = new CountedEncoder("x");
        assertThat(encode(first)).isEqualTo(without);
        assertThat(first.built()).isEqualTo(1);
        CountedEncoder second = new CountedEncoder("x");
        assertThat(encode(second)).isEqualTo(without);
        assertThat(second.built()).isZero();
        assertThat(files())
                .hasSize(3)
                .allSatisfy(f -> assertThat(f.getFileName().toString()).matches("[0-9a-f]{64}\\.safetensors"));
    }

    @Test
    public void otherWeightsThreadsPrecisionAndPromptsHaveEntriesOfTheirOwn() throws IOException {
        encode(new CountedEncoder("x"));
        CountedEncoder other = new CountedEncoder("y");
        encode(other);
        assertThat(other.built()).isEqualTo(1);
        CountedEncoder threads = new CountedEncoder("x");
        new PromptEncoder(threads, 7, new ThreadSettings(2, 1), Precision.FLOAT32, Optional.of(folder)).encode(PROMPTS);
        assertThat(threads.built()).isEqualTo(1);
        CountedEncoder precision = new CountedEncoder("x");
        new PromptEncoder(precision, 7, ONE, Precision.BFLOAT16, Optional.of(folder)).encode(PROMPTS);
        assertThat(precision.built()).isEqualTo(1);
        CountedEncoder prompts = new CountedEncoder("x");
        new PromptEncoder(prompts, 7, ONE, Precision.FLOAT32, Optional.of(folder)).encode(List.of("a cat", "a fox"));
        assertThat(prompts.built()).isEqualTo(1);
        assertThat(files()).hasSize(3 + 3 + 3 + 3 + 1);
    }

    @Test
    public void anEncoderThatCannotBeToldFromOthersIsNotKept() {
        new PromptEncoder(new ToyPolicy().text(), 7, ONE, Precision.FLOAT32, Optional.of(folder)).encode(PROMPTS);
        assertThat(folder).doesNotExist();
    }

    @Test
    public void damagedEntriesAreEncodedAgain() throws IOException {
        Map<String, TextStates> whole = encode(new CountedEncoder("x"));
        List<Path> files = files();
        // One bit of a number, the end cut off, and nothing at all.
        byte[] bytes = Files.readAllBytes(files.get(0));
        bytes[bytes.length - 1] ^= 1;
        Files.write(files.get(0), bytes);
        Files.write(files.get(1), Arrays.copyOf(bytes, bytes.length - 3));
        Files.write(files.get(2), new byte[0]);
        CountedEncoder again = new CountedEncoder("x");
        assertThat(encode(again)).isEqualTo(whole);
        assertThat(again.built()).isEqualTo(1);
        CountedEncoder mended = new CountedEncoder("x");
        assertThat(encode(mended)).isEqualTo(whole);
        assertThat(mended.built()).isZero();
    }

    /** A map's order may be another in the next process. */
    @Test
    public void theOrderOfTensorsDoesNotCount() {
        TextCache cache = cache(Long.MAX_VALUE);
        List<String> names = new ArrayList<>(new CountedEncoder("x").shapes().keySet());
        assertThat(names).hasSizeGreaterThan(1);
        Collections.reverse(names);
        TextStates states = states(names, 1);
        cache.put(KEYS.get(0), states);
        assertThat(cache.get(KEYS.get(0))).contains(states);
    }

    @Test
    public void whereThereIsNoRoomWhatWasUsedLeastLatelyGoes() throws IOException {
        List<String> names = List.copyOf(new CountedEncoder("x").shapes().keySet());
        cache(Long.MAX_VALUE).put(KEYS.get(0), states(names, 0));
        long each = Files.size(files().get(0));
        TextCache cache = cache(3 * each);
        cache.put(KEYS.get(1), states(names, 1));
        cache.put(KEYS.get(2), states(names, 2));
        assertThat(files()).hasSize(3);
        for (Path file : files()) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        }
        // Now the first is the one that was used last, and of the others the first by name is in the way.
        assertThat(cache.get(KEYS.get(0))).isPresent();
        cache.put(KEYS.get(3), states(names, 3));
        assertThat(KEYS.stream().filter(key -> cache.get(key).isPresent()))
                .containsExactly(KEYS.get(0), KEYS.get(2), KEYS.get(3));
    }

    private TextCache cache(long most) {
        return new TextCache(folder, new CountedEncoder("x"), "x", ONE, Precision.FLOAT32, most);
    }

    private static TextStates states(List<String> names, float value) {
        Map<String, Shape> shapes = new CountedEncoder("x").shapes();
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (String name : names) {
            int[] shape = Arrays.stream(
                            Objects.requireNonNull(shapes.get(name)).prepend(1).asArray())
                    .mapToInt(Math::toIntExact)
                    .toArray();
            float[] data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            Arrays.fill(data, value + tensors.size());
            tensors.put(name, HostTensor.of(data, shape));
        }
        return new TextStates(tensors);
    }

    @Test
    public void aFolderThatCannotBeWrittenIsNoError() throws IOException {
        Map<String, TextStates> whole = encode(new CountedEncoder("x"));
        Path file = files().get(0);
        CountedEncoder encoder = new CountedEncoder("x");
        assertThat(new PromptEncoder(encoder, 7, ONE, Precision.FLOAT32, Optional.of(file.resolve("below a file")))
                        .encode(PROMPTS))
                .isEqualTo(whole);
        assertThat(encoder.built()).isEqualTo(1);
    }

    @Test
    public void theFolderIsTheUsersUnlessItIsChosen() {
        Path root = Path.of("").toAbsolutePath().getRoot();
        String home = root.resolve("home").toString();
        String other = root.resolve("other").toString();
        assertThat(TextCacheFolder.choose("off", Map.of(), home)).isEmpty();
        assertThat(TextCacheFolder.choose(other, Map.of("XDG_CACHE_HOME", home), home))
                .contains(root.resolve("other/text-states"));
        assertThat(TextCacheFolder.choose(null, Map.of("XDG_CACHE_HOME", other), home))
                .contains(root.resolve("other/tempera/text-states"));
        assertThat(TextCacheFolder.choose(null, Map.of(), home))
                .contains(root.resolve("home/.cache/tempera/text-states"));
        assertThat(TextCacheFolder.choose(null, Map.of("HOME", other), "?"))
                .contains(root.resolve("other/.cache/tempera/text-states"));
        assertThat(TextCacheFolder.choose(null, Map.of("XDG_CACHE_HOME", "relative"), "?"))
                .isEmpty();
    }

    private Map<String, TextStates> encode(TextEncoder encoder) {
        return new PromptEncoder(encoder, 7, ONE, Precision.FLOAT32, Optional.of(folder)).encode(PROMPTS);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
