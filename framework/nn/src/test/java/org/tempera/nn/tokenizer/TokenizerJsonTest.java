package org.tempera.nn.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tempera.spi.UserException;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Folders as transformers 5 reads and writes them, made by {@code src/test/python/make_tokenizer_json_fixtures.py}. */
public class TokenizerJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Path tiny = Path.of("unset");
    private JsonNode fixtures = JSON.missingNode();

    @BeforeClass
    public void readFixtures() throws IOException, URISyntaxException {
        tiny = BpeVocabularyBuilderTest.resource("tiny");
        fixtures = JSON.readTree(
                BpeVocabularyBuilderTest.resource("tokenizer-json.json").toFile());
    }

    /** The old form of a folder: a vocabulary and merges in files of their own. */
    private Path oldFolder(JsonNode files) throws IOException {
        Path folder = write(files);
        Files.copy(tiny.resolve("vocab.json"), folder.resolve("vocab.json"));
        Files.copy(tiny.resolve("merges.txt"), folder.resolve("merges.txt"));
        return folder;
    }

    /** The new form: all in tokenizer.json. */
    private Path newFolder(JsonNode files) throws IOException {
        ObjectNode copy = files.deepCopy();
        ObjectNode model = (ObjectNode) copy.get("tokenizer.json").get("model");
        model.set("vocab", JSON.readTree(tiny.resolve("vocab.json").toFile()));
        ArrayNode merges = model.putArray("merges");
        List<String> lines = Files.readAllLines(tiny.resolve("merges.txt"));
        for (String line : lines.subList(1, lines.size())) {
            String[] pair = line.split(" ");
            merges.addArray().add(pair[0]).add(pair[1]);
        }
        return write(copy);
    }

    private static Path write(JsonNode files) throws IOException {
        Path folder = BpeVocabularyBuilderTest.folder();
        for (Map.Entry<String, JsonNode> file : files.properties()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
        }
        return folder;
    }

    private void assertIds(ClipTokenizer tokenizer, JsonNode row, String form) {
        for (int i = 0; i < row.get("ids").size(); i++) {
            String text = fixtures.get("texts").get(i).asText();
            assertThat(tokenizer.encode(text, 20))
                    .as("%s, %s: '%s'", row.get("name").asText(), form, text)
                    .containsExactly(JSON.convertValue(row.get("ids").get(i), int[].class));
        }
    }

    @Test
    public void foldersOfBothFormsGiveTheIdsOfTransformers5() throws IOException {
        assertThat(fixtures.get("clip")).hasSize(8);
        for (JsonNode row : fixtures.get("clip")) {
            assertIds(ClipTokenizer.load(oldFolder(row.get("old"))), row, "old");
            assertIds(ClipTokenizer.load(newFolder(row.get("new"))), row, "new");
        }
    }

    @Test
    public void mergesMayBeWrittenAsInMergesTxt() throws IOException {
        JsonNode row = fixtures.get("clip").get(0);
        Path folder = newFolder(row.get("new"));
        change(folder, json -> {
            ObjectNode model = (ObjectNode) json.get("model");
            ArrayNode lines = JSON.createArrayNode();
            model.get("merges")
                    .forEach(pair ->
                            lines.add(pair.get(0).asText() + " " + pair.get(1).asText()));
            model.set("merges", lines);
            model.remove("type");
            ((ObjectNode) json.get("pre_tokenizer").get("pretokenizers").get(1)).remove("use_regex");
        });
        assertIds(ClipTokenizer.load(folder), row, "older");
    }

    @Test
    public void tokenizerJsonWinsOverTheFilesBesideIt() throws IOException {
        JsonNode row = fixtures.get("clip").get(0);
        Path folder = newFolder(row.get("new"));
        Files.writeString(folder.resolve("vocab.json"), "{\"nothing\":0}");
        Files.writeString(folder.resolve("merges.txt"), "");
        assertIds(ClipTokenizer.load(folder), row, "both");
    }

    private static void change(Path folder, Consumer<ObjectNode> change) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
        change.accept(json);
        Files.writeString(file, json.toString());
    }

    @DataProvider
    public Object[][] otherTokenizers() {
        return new Object[][] {
            {(Consumer<ObjectNode>) j -> j.putNull("normalizer"), "normalizer: expected {\"type\":\"Sequence\""},
            {
                (Consumer<ObjectNode>) j -> ((ArrayNode) j.get("normalizer").get("normalizers")).remove(2),
                "normalizer.normalizers[2]: expected {\"type\":\"Lowercase\"}, found nothing"
            },
            {
                (Consumer<ObjectNode>) j -> j.putObject("normalizer").put("type", "BertNormalizer"),
                "normalizer.type: expected \"Sequence\", found \"BertNormalizer\""
            },
            {(Consumer<ObjectNode>) j -> j.remove("pre_tokenizer"), "pre_tokenizer: expected"},
            {
                (Consumer<ObjectNode>) j -> ((ObjectNode)
                                j.get("pre_tokenizer").get("pretokenizers").get(1))
                        .put("add_prefix_space", true),
                "pre_tokenizer.pretokenizers[1].add_prefix_space: expected false, found true"
            },
            {
                (Consumer<ObjectNode>) j -> model(j).put("type", "Unigram"),
                "model.type: expected \"BPE\", found \"Unigram\""
            },
            {
                (Consumer<ObjectNode>) j -> model(j).put("end_of_word_suffix", ""),
                "model.end_of_word_suffix: expected \"</w>\", found \"\""
            },
            {
                (Consumer<ObjectNode>) j -> model(j).put("byte_fallback", true),
                "model.byte_fallback: expected false, found true"
            },
            {(Consumer<ObjectNode>) j -> model(j).put("dropout", 0.1), "model.dropout: expected 0, found 0.1"},
            {
                (Consumer<ObjectNode>) j -> model(j).putObject("vocab"),
                "model.vocab: expected an object from tokens to ids"
            },
            {(Consumer<ObjectNode>) j -> model(j).putArray("merges").add("a"), "model.merges: expected pairs of tokens"
            },
            {
                (Consumer<ObjectNode>) j ->
                        model(j).putArray("merges").addObject().put("type", "a").put("b", "c"),
                "model.merges: expected pairs of tokens"
            },
            {
                (Consumer<ObjectNode>) j -> ((ArrayNode) j.get("post_processor").get("sep")).set(0, "!"),
                "post_processor: expected a text between <|startoftext|> and <|endoftext|>, found it between <|startoftext|> and !"
            },
            {
                (Consumer<ObjectNode>) j -> j.putObject("post_processor").put("type", "ByteLevel"),
                "post_processor: expected a text between a first and a last token"
            },
            {
                (Consumer<ObjectNode>)
                        j -> j.putArray("added_tokens").addObject().put("id", 7).put("content", "<new>"),
                "the added token '<new>' has the id 7, but added tokens are numbered on from the vocabulary"
            },
        };
    }

    private static ObjectNode model(ObjectNode json) {
        return (ObjectNode) json.get("model");
    }

    @Test(dataProvider = "otherTokenizers")
    public void aFileThatDescribesAnotherTokenizerIsRefusedByName(Consumer<ObjectNode> change, String message)
            throws IOException {
        Path folder = newFolder(fixtures.get("clip").get(0).get("new"));
        change(folder, change);
        assertThatThrownBy(() -> ClipTokenizer.load(folder))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining(message);
    }

    @Test
    public void bertIsReadFromATokenizerJsonAlone() throws IOException {
        Path folder = bertFolder();
        for (Path path : List.of(folder, folder.resolve("tokenizer.json"))) {
            BertTokenizer tokenizer = BertTokenizer.load(path);
            JsonNode ids = fixtures.get("bert").get("ids");
            for (int i = 0; i < ids.size(); i++) {
                String text = fixtures.get("bert_texts").get(i).asText();
                assertThat(tokenizer.encode(text))
                        .as("'%s'", text)
                        .containsExactly(JSON.convertValue(ids.get(i), int[].class));
            }
        }
    }

    private Path bertFolder() throws IOException {
        return write(fixtures.get("bert").get("new"));
    }

    @Test
    public void casedBertIsRefused() throws IOException {
        Path normalizer = bertFolder();
        change(normalizer, json -> ((ObjectNode) json.get("normalizer")).put("lowercase", false));
        assertThatThrownBy(() -> BertTokenizer.load(normalizer))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("normalizer.lowercase: expected true, found false");
        Path configuration = bertFolder();
        Files.writeString(configuration.resolve("tokenizer_config.json"), "{\"do_lower_case\":false}");
        assertThatThrownBy(() -> BertTokenizer.load(configuration))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("do_lower_case: expected true, found false");
    }

    @Test
    public void tokensOfSeveralVectorsAreWrittenOut() throws IOException {
        ClipTokenizer tokenizer =
                ClipTokenizer.load(oldFolder(fixtures.get("clip").get(4).get("old")));
        assertThat(tokenizer.writtenOut("a <cat-toy> on a <Dog>, <cat-toy>!"))
                .isEqualTo("a <cat-toy> <cat-toy>_1 on a <Dog>, <cat-toy> <cat-toy>_1!");
        assertThat(tokenizer.writtenOut("a cat")).isEqualTo("a cat");
    }

    /**
     * What StableDiffusionPipeline of diffusers 0.42.1 makes of a token {@code <Toy>} of two vectors with transformers
     * 5.24.
     */
    @Test
    public void tokensWithCapitalsStayAloneAsInThePipeline() throws IOException {
        Path folder = oldFolder(fixtures.get("clip").get(0).get("old"));
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<Toy>\":550,\"<Toy>_1\":551}");
        ClipTokenizer tokenizer = ClipTokenizer.load(folder);
        assertThat(tokenizer.writtenOut("a <Toy>")).isEqualTo("a <Toy>");
        assertThat(tokenizer.encode("a <Toy>")[2]).isEqualTo(550);
    }

    /** Each token begins as all longer ones do, so that each doubles what stands there: 2^30 times the first. */
    @Test
    public void tokensThatBeginAlikeDoNotGrowAPromptWithoutEnd() throws IOException {
        List<String> tokens = new ArrayList<>();
        StringBuilder prompt = new StringBuilder();
        for (int length = 30; length > 0; length--) {
            String token = "<" + "a".repeat(length);
            tokens.add(token);
            tokens.add(token + "_1");
            prompt.append(token).append(' ');
        }
        ClipTokenizer tokenizer = withAdded(tokens);
        assertThat(tokenizer.writtenOut("a <aaa")).isEqualTo("a <aaa <aaa_1");
        assertThatThrownBy(() -> tokenizer.writtenOut(prompt.toString()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tokens of several vectors");
    }

    private ClipTokenizer withAdded(List<String> tokens) throws IOException {
        Path folder = oldFolder(fixtures.get("clip").get(0).get("old"));
        ObjectNode added = JSON.createObjectNode();
        tokens.forEach(token -> added.put(token, 550 + added.size()));
        Files.writeString(folder.resolve("added_tokens.json"), added.toString());
        return ClipTokenizer.load(folder);
    }

    /** All begin with the same letter; one after the other they would be tried 10^9 times. */
    @Test(timeOut = 20_000)
    public void manyAddedTokensAreFoundAsFastAsFew() throws IOException {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            tokens.add("<t" + i + ">");
        }
        ClipTokenizer tokenizer = withAdded(tokens);
        int[] ids = tokenizer.encode("<t123><t1" + "<".repeat(90_000) + "<t39999>", 95_000);
        assertThat(ids[1]).isEqualTo(550 + 123);
        assertThat(ids).contains(550 + 39_999);
    }

    @Test
    public void ofTokensThatBeginAlikeTheLongestIsFound() throws IOException {
        ClipTokenizer tokenizer = withAdded(List.of("<a", "<ab", "<abcd", "<b"));
        assertThat(tokenizer.encode("<abc<abcd<a<b<ab", 77))
                .startsWith(tokenizer.startOfText(), 551)
                .containsSubsequence(551, 552, 550, 553, 551, tokenizer.endOfText());
    }

    @Test
    public void whatIsMoreThanAnyTokenizerHasIsRefused() throws IOException {
        List<String> many = new ArrayList<>();
        for (int i = 0; i <= 1 << 16; i++) {
            many.add("<t" + i + ">");
        }
        assertThatThrownBy(() -> withAdded(many))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected at most 65536 added tokens");
        assertThatThrownBy(() -> withAdded(List.of("x".repeat(1_001))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected added tokens of at most 1000 characters, found one of 1001");
        Path folder = oldFolder(fixtures.get("clip").get(0).get("old"));
        StringBuilder merges = new StringBuilder();
        for (int i = 0; i <= 1 << 18; i++) {
            merges.append(i).append(" a\n");
        }
        Files.writeString(folder.resolve("merges.txt"), merges);
        assertThatThrownBy(() -> ClipTokenizer.load(folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("merges.txt: expected at most 262144 merges");
    }

    /** What is not read may be anything: a tree of it would be 17 times as large. */
    @Test
    public void keysThatAreNotReadAreNotKept() throws IOException {
        Path folder = newFolder(fixtures.get("clip").get(0).get("new"));
        String lists = "[],".repeat(1 << 20) + "[]";
        change(folder, json -> {
            json.put("of another program", "LISTS");
            ((ObjectNode) json.get("model")).put("of another program", "LISTS");
        });
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("\"LISTS\"", "[" + lists + "]"));
        assertThat(ClipTokenizer.load(folder).encode("a cat"))
                .isEqualTo(
                        ClipTokenizer.load(newFolder(fixtures.get("clip").get(0).get("new")))
                                .encode("a cat"));
        change(folder, json -> json.remove("normalizer"));
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"normalizer\":[" + lists + "],"));
        assertThatThrownBy(() -> ClipTokenizer.load(folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("it has more than 10000 values");
    }
}
