package org.tempera.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What prompts were encoded to comes back from the disk with the same bits, or is encoded again. */
public class TextCacheTest {
    private static final List<String> PROMPTS = List.of("a cat", "a dog", "");
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
                new PromptEncoder(new CountedEncoder("x"), 7, ONE, Optional.empty()).encode(PROMPTS);
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
    public void otherWeightsThreadsAndPromptsHaveEntriesOfTheirOwn() throws IOException {
        encode(new CountedEncoder("x"));
        CountedEncoder other = new CountedEncoder("y");
        encode(other);
        assertThat(other.built()).isEqualTo(1);
        CountedEncoder threads = new CountedEncoder("x");
        new PromptEncoder(threads, 7, new ThreadSettings(2, 1), Optional.of(folder)).encode(PROMPTS);
        assertThat(threads.built()).isEqualTo(1);
        CountedEncoder prompts = new CountedEncoder("x");
        new PromptEncoder(prompts, 7, ONE, Optional.of(folder)).encode(List.of("a cat", "a fox"));
        assertThat(prompts.built()).isEqualTo(1);
        assertThat(files()).hasSize(3 + 3 + 3 + 1);
    }

    @Test
    public void anEncoderThatCannotBeToldFromOthersIsNotKept() {
        new PromptEncoder(new ToyPolicy().text(), 7, ONE, Optional.of(folder)).encode(PROMPTS);
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

    @Test
    public void aFolderThatCannotBeWrittenIsNoError() throws IOException {
        Map<String, TextStates> whole = encode(new CountedEncoder("x"));
        Path file = files().get(0);
        CountedEncoder encoder = new CountedEncoder("x");
        assertThat(new PromptEncoder(encoder, 7, ONE, Optional.of(file.resolve("below a file"))).encode(PROMPTS))
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
        return new PromptEncoder(encoder, 7, ONE, Optional.of(folder)).encode(PROMPTS);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
