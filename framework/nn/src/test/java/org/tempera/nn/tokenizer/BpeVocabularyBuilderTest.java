package org.tempera.nn.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class BpeVocabularyBuilderTest {
    private static final String WORDS = "a photo of a cat dog bird, the dogs running don't it's café long red blue";

    static Path folder() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "tokenizer");
    }

    static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(BpeVocabularyBuilderTest.class.getResource(name), name)
                .toURI());
    }

    @Test
    public void makesEachWordOneToken() throws IOException {
        Path folder = folder();
        int size = new BpeVocabularyBuilder().addText(WORDS).write(folder);
        ClipTokenizer tokenizer = ClipTokenizer.load(folder);
        assertThat(tokenizer.vocabularySize()).isEqualTo(size);
        assertThat(tokenizer.endOfText()).isEqualTo(size - 1);
        for (String word : List.of("a", "photo", "of", "cat", "dog", "bird", ",", "running", "'t", "café", "BLUE")) {
            int[] ids = tokenizer.encode(word);
            assertThat(ids[2]).as(word).isEqualTo(tokenizer.endOfText());
            assertThat(ids[1]).as(word).isLessThan(size - 2);
        }
        assertThat(tokenizer.decode(tokenizer.encode("A zebra, 猫 and a cat"))).isEqualTo("a zebra , 猫 and a cat");
    }

    @Test
    public void equalWordsGiveEqualFiles() throws IOException, URISyntaxException {
        Path folder = folder();
        new BpeVocabularyBuilder().addText(WORDS).write(folder);
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")) {
            assertThat(folder.resolve(file))
                    .hasSameTextualContentAs(resource("tiny").resolve(file));
        }
    }

    @Test
    public void setsTheLengthOfPrompts() throws IOException {
        Path folder = folder();
        new BpeVocabularyBuilder().addText("cat").maxLength(16).write(folder);
        assertThat(ClipTokenizer.load(folder).encode("cat")).hasSize(16);
        assertThatThrownBy(() -> new BpeVocabularyBuilder().maxLength(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2, was 1");
    }

    @Test(timeOut = 60_000)
    public void noTokenIsEmptyAndNoIdIsBeyondAllTables() throws IOException {
        String[][] files = {
            {"added_tokens.json", "{\"\": 5}", "added_tokens.json: an added token is empty"},
            {"added_tokens.json", "{\"<x>\": 2147483647}", "token '<x>': expected an id from 0 to 16777215"},
            {"added_tokens.json", "{\"<x>\": 1e400}", "token '<x>': expected an id from 0 to 16777215, found"},
            {"special_tokens_map.json", "{\"pad_token\": {\"content\": \"\"}}", "pad_token: expected a string, or"},
            {"special_tokens_map.json", "{\"additional_special_tokens\": [\"\"]}", "additional_special_tokens: expected"
            },
            {"tokenizer_config.json", "{\"added_tokens_decoder\": {\"7\": {\"content\": \"\"}}}", "expected a string"},
            {"tokenizer_config.json", "{\"added_tokens_decoder\": {\"-1\": {\"content\": \"x\"}}}", "expected an id"},
        };
        for (String[] each : files) {
            Path folder = folder();
            new BpeVocabularyBuilder().addText(WORDS).write(folder);
            Files.writeString(folder.resolve(each[0]), each[1]);
            assertThatThrownBy(() -> ClipTokenizer.load(folder))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(each[2]);
        }
    }

    @Test
    public void passesOverUnknownKeysWithAnyValue() throws IOException {
        Path folder = folder();
        new BpeVocabularyBuilder().addText(WORDS).write(folder);
        int[] ids = ClipTokenizer.load(folder).encode("a cat");
        String keys = "\"x\": NaN, \"y\": -Infinity, \"z\": [Infinity, null, 1e400], ";
        for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
            Path file = folder.resolve(name);
            Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{" + keys));
        }
        assertThat(ClipTokenizer.load(folder).encode("a cat")).isEqualTo(ids);
    }
}
