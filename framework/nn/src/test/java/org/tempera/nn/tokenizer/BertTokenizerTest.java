package org.tempera.nn.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.tempera.spi.UserException;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Against the reference's ids, made by {@code src/test/python/make_bert_fixtures.py}. */
public class BertTokenizerTest {
    private static final List<String> WORDS = List.of(
            ("[PAD] [unused0] [UNK] [CLS] [SEP] [MASK] cat dog photo un ##aff ##able running ##ing ##s a ##a photo"
                            + " ##graph strasse ##σ")
                    .split(" "));
    private static final String[] PIECES = {
        "[CLS]", "[UNK]", "[MASK]", "[ENC]", "[DEC]", "[PAD]", "[cls]", " ", " ", "running", "unaffable", "Σ", "İ", "\n"
    };

    private JsonNode expected = new ObjectMapper().missingNode();
    private BertTokenizer tokenizer = new BertTokenizer(Map.of("[UNK]", 0));

    @BeforeClass
    public void readFixtures() throws IOException, URISyntaxException {
        expected = new ObjectMapper()
                .readTree(BpeVocabularyBuilderTest.resource("bert-ids.json").toFile());
        tokenizer = new BertTokenizer(vocabulary());
    }

    @Test
    public void saysWhatItLeavesOut() {
        assertThat(tokenizer.leftOut("A photo running", 5)).isEmpty();
        assertThat(tokenizer.leftOut("A photo running, unaffable CATS", 5)).contains(", unaffable CATS");
        assertThat(tokenizer.leftOut("A photo of un\u00e4ffables", 6)).contains("un\u00e4ffables".substring(2));
        assertThat(tokenizer.leftOut("photo,a  [MASK] CAT", 6)).contains("CAT");
        assertThat(tokenizer.leftOut("photo \u732b\u72ac\u9ce5", 4)).contains("\u72ac\u9ce5");
    }

    /** Words, and every character of two planes, most of them as the rest of a word too. */
    private static Map<String, Integer> vocabulary() {
        List<String> lines = new ArrayList<>(WORDS);
        for (int c = 0x21; c < 0x20000; c++) {
            if ((c < 0x7F || c > 0xA0) && (c < 0xD800 || c >= 0xE000)) {
                lines.add(Character.toString(c));
                if (c % 3 != 0) {
                    lines.add("##" + Character.toString(c));
                }
            }
        }
        Map<String, Integer> ids = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            ids.put(BertTokenizer.withoutSpaceBehind(lines.get(i)), i);
        }
        return ids;
    }

    @Test
    public void givesTheReferencesIdsOverAllOfUnicode() {
        check("blocks", ReferenceTexts.blocks());
    }

    @Test
    public void givesTheReferencesIdsOfFiveThousandRandomTexts() {
        check("samples", ReferenceTexts.samples(PIECES));
    }

    private void check(String key, List<List<String>> groups) {
        JsonNode rows = expected.get(key);
        assertThat(rows.get("digests")).hasSize(groups.size());
        Set<Integer> leftOut = new HashSet<>();
        rows.get("left_out").forEach(i -> leftOut.add(i.intValue()));
        int text = 0;
        for (int g = 0; g < groups.size(); g++) {
            List<String> kept = new ArrayList<>();
            for (String t : groups.get(g)) {
                if (!leftOut.contains(text++)) {
                    kept.add(t);
                }
            }
            assertThat(ReferenceTexts.digest(kept, tokenizer::encode))
                    .as("%s %d", key, g)
                    .isEqualTo(rows.get("digests").get(g).asText());
        }
    }

    @Test
    public void givesTheReferencesIdsTextByText() {
        ObjectMapper json = new ObjectMapper();
        for (JsonNode row : expected.get("texts")) {
            String text = row.get("text").asText();
            assertThat(tokenizer.encode(text))
                    .as("'%s'", text)
                    .containsExactly(json.convertValue(row.get("ids"), int[].class));
            assertThat(tokenizer.encode(text, 35, 0))
                    .as("'%s', fitted", text)
                    .containsExactly(json.convertValue(row.get("fitted"), int[].class));
        }
    }

    @Test
    public void aLoneSurrogateIsRemoved() {
        assertThat(tokenizer.encode("ca\ud83dt")).containsExactly(tokenizer.encode("cat"));
    }

    @Test
    public void findsTheLongestTokensWhole() {
        assertThat(tokenizer.encode("photograph"))
                .containsExactly(3, WORDS.lastIndexOf("photo"), WORDS.indexOf("##graph"), 4);
        Map<String, Integer> ids = new HashMap<>(Map.of("[UNK]", 0, "[CLS]", 1, "[SEP]", 2, "[PAD]", 3, "[MASK]", 4));
        ids.putAll(Map.of("a".repeat(50), 5, "##" + "b".repeat(50), 6, "##b", 7));
        assertThat(new BertTokenizer(ids).encode("a".repeat(50) + "b".repeat(50)))
                .containsExactly(1, 5, 6, 2);
    }

    /** Words of the greatest length, in pieces of one letter each. */
    @Test
    public void takesMemoryByTheTextsLength() {
        String text = ("a" + "b".repeat(99) + " ").repeat(100);
        tokenizer.encode(text);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int[] ids = tokenizer.encode(text);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000L * text.length());
        assertThat(ids).hasSize(2 + 100 * 100);
    }

    @Test
    public void paddingIsWhatTheCallerSays() {
        assertThat(tokenizer.encode("cat", 5, -1)).containsExactly(3, 6, 4, -1, -1);
        assertThatThrownBy(() -> tokenizer.encode("cat", 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @DataProvider
    public Object[][] badFiles() {
        return new Object[][] {
            {(Supplier<byte[]>) () -> new byte[0], "0 tokens lack [UNK], [SEP], [PAD], [CLS], [MASK]"},
            {
                (Supplier<byte[]>) () -> "[PAD]\n[UNK]\n[CLS]\n[SEP]\n".getBytes(StandardCharsets.UTF_8),
                "4 tokens lack [MASK]. Give the vocab.txt of bert-base-uncased."
            },
            {(Supplier<byte[]>) () -> new byte[] {'a', (byte) 0xff}, "is not text in UTF-8"},
        };
    }

    @Test(dataProvider = "badFiles")
    public void refusesWhatIsNoVocabulary(Supplier<byte[]> content, String message) throws IOException {
        Path file = Files.write(BpeVocabularyBuilderTest.folder().resolve("vocab.txt"), content.get());
        assertThatThrownBy(() -> BertTokenizer.load(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
        Path folder = Objects.requireNonNull(file.getParent());
        Files.delete(file);
        assertThatThrownBy(() -> BertTokenizer.load(folder)).hasMessageContaining("found a folder without them");
    }
}
